/** What was measured: columns by row. */
export type Figures = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** What a figure should be. */
export type Target = { row: string; column: string } & ({ atMost: number } | { atLeast: number });

/** How much is measured; `--quick` takes a tenth. */
export type Size = { scale: number };

/** One measurement that can be asked for by name. */
export type Suite = {
  title: string;
  /** What the figures are, in which unit. */
  about: string;
  targets: readonly Target[];
  run: (size: Size) => Promise<Figures>;
};
