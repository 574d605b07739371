/** What was measured: columns by row. */
export type Figures = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** What a figure should be. */
export type Target = { row: string; column: string } & ({ atMost: number } | { atLeast: number });

/** One measurement that can be asked for by name. */
export type Suite = {
  title: string;
  /** What the figures are, in which unit. */
  about: string;
  targets: readonly Target[];
  /** What grows from row to row, where their names begin with how many: drawn as curves. */
  along?: string;
  /** `scale` is how much of it is measured: 1 is all, `--quick` takes a tenth. */
  run: (size: { scale: number }) => Promise<Figures>;
};
