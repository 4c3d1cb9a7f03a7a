/** Stands in everything by which a body may be recognised: it may be in no line of the log. */
export const CANARY = 'c4nary';

/** Fields whose text belongs to a person or a campaign. */
const PRIVATE_FIELDS = new Set([
  'body', 'text', 'title', 'caption', 'filename', 'footer', 'footertext', 'buttonText', 'payload', 'coupon_code', 'mediaURL', 'url', 'shortUrl', 'link',
  'userAgent', 'address', 'name', 'userName', 'reason', 'details', 'description',
]);

/** The same value with the canary behind every private text. Keywords (`type: "text"`) and ids that others match by stay as they are. */
export function withCanary(value: unknown, field = ''): unknown {
  if (typeof value === 'string') return PRIVATE_FIELDS.has(field) ? `${value} ${CANARY}` : value;
  if (Array.isArray(value)) return value.map((element) => withCanary(element, field));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withCanary(member, key)]));
}
