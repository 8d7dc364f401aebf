export type Severity = 'error' | 'warning' | 'note';

/** One thing that a rule says of a place in a file. */
export interface LintFinding {
  readonly rule: string;
  /** As it was named on the command line. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units as editors count. */
  readonly column: number;
  /** One sentence: what was found. Never the value of a secret. */
  readonly message: string;
  readonly remedy?: string;
  readonly severity: Severity;
}

/** What a rule says itself: the place as an offset into the text; file and rule are added by whoever asks it. */
export interface RuleFinding {
  readonly offset: number;
  readonly message: string;
  readonly severity: Severity;
  /** Where the rule's own remedy does not fit. */
  readonly remedy?: string;
}
