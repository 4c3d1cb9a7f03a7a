/** One thing that is wrong with the options. */
export interface OptionProblem {
  /** Where: the option's path, `accounts[0].aiSensy.callbacks`, or the environment variable that it was read from. */
  option: string;
  /** What is wrong and the remedy, in a sentence or two. Never holds the option's value: it may be a secret. */
  text: string;
}

/** Thrown at boot when the options cannot be used. Its message lists every problem, one a line. */
export class WhatsAppBridgeConfigurationError extends Error {
  readonly problems: readonly OptionProblem[];

  constructor(problems: readonly OptionProblem[]) {
    const lines = problems.map(({ option, text }) => `  - ${option}: ${text}`);
    super(['WhatsAppBridgeModule cannot start with these options:', ...lines].join('\n'));
    this.name = 'WhatsAppBridgeConfigurationError';
    this.problems = problems;
  }
}
