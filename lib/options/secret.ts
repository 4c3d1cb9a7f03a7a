/** One value, or several of which any is right: the old and the new key while one is being rotated. */
export type Secret = string | string[];
