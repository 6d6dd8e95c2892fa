/** One mechanism switched off in the source, and the test that has to fail then. */
export interface Mutation {
  /** The invariant the mechanism serves; its test's name begins with it. */
  readonly invariant: `I${number}`;
  /** What is switched off, in words. */
  readonly what: string;
  /** From the root. */
  readonly file: string;
  /** Occurs once in the file. */
  readonly from: string;
  readonly to: string;
  readonly project: 'unit' | 'e2e';
  /** From the root. */
  readonly test: string;
  /** How the name of the test begins. */
  readonly name: string;
}
