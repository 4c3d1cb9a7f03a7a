/** What the bridge does about a failure: tries again with back-off, later than that, never, or stops the account. */
export type Done = 'again' | 'later' | 'never' | 'stop';

/** The whole table: Meta's codes, what is done, and what CleverTap is told of a template and of a freeform message. */
const ROWS: [codes: number[], done: Done, template: number, freeform?: number][] = [
  [[0, 190, 3, 10, 200, 250, 299, 131005], 'stop', 1000],
  [[33, 131045, 133010], 'stop', 1000],
  [[1, 2, 131000, 131016, 133004, 131057], 'again', 1009],
  [[4, 80007, 130429], 'again', 1004],
  [[131056], 'later', 1004],
  [[131048, 131064, 368, 131031], 'stop', 1010],
  [[130472, 130497, 131049], 'never', 1010],
  [[131050], 'never', 1006],
  [[131026], 'never', 1005],
  [[131021, 131030, 131062], 'never', 1002],
  [[131047], 'never', 1008],
  [[131051, 137000], 'never', 1007],
  [[100, 131008, 131009, 135000], 'never', 1001, 1009],
  [[131052, 131053], 'again', 1001, 1009],
  [[132000, 132001, 132005, 132007, 132008, 132012, 132015, 132016, 132018, 134100, 134102, 131055, 131063], 'never', 1001],
  [[132068, 139999], 'never', 1009],
  [[132069], 'later', 1009],
  [[134101], 'later', 1001],
  [[131037, 131042, 134011], 'stop', 1009],
];

/** One code of Meta's; 139999 stands for all that the table does not hold. */
export interface FailureRow {
  code: number;
  done: Done;
  /** CleverTap's callback code, for a template and for a freeform message. */
  template: number;
  freeform: number;
}

export const FAILURE_ROWS: FailureRow[] = ROWS.flatMap(([codes, done, template, freeform = template]) => codes.map((code) => ({ code, done, template, freeform })));

/** CleverTap's code for the same in the answer to its own request. */
export function answerCodeOf(callbackCode: number): number {
  return { 1000: 2000, 1001: 2001, 1002: 2002, 1006: 2003 }[callbackCode] ?? 2004;
}
