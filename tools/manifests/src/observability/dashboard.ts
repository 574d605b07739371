import { z } from 'zod';

const Target = z.looseObject({ refId: z.string(), expr: z.string().min(1) });
const Panel = z.looseObject({
  id: z.int().positive(),
  type: z.string(),
  title: z.string().min(1),
  gridPos: z.strictObject({ h: z.int(), w: z.int(), x: z.int(), y: z.int() }),
  datasource: z.strictObject({ type: z.literal('prometheus'), uid: z.literal('${datasource}') }).optional(),
  targets: z.array(Target).default([]),
});

/** What is checked of a dashboard of Grafana's. */
export const Dashboard = z.looseObject({
  uid: z.string().min(1),
  title: z.string().min(1),
  schemaVersion: z.int().min(39),
  annotations: z.looseObject({ list: z.array(z.looseObject({ expr: z.string() })) }),
  templating: z.looseObject({ list: z.array(z.looseObject({ name: z.string(), type: z.string() })) }),
  panels: z.array(Panel),
});
export type Dashboard = z.infer<typeof Dashboard>;

/** Every query of a dashboard, with the panel that asks it. */
export const queriesOf = ({ panels, annotations }: Dashboard): Array<{ where: string; expr: string }> => [
  ...panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ where: title, expr }))),
  ...annotations.list.map(({ expr }) => ({ where: 'annotations', expr })),
];

/** Grafana's own variables, as it fills them in for the last three hours. */
export const filledIn = (expr: string): string =>
  expr.replaceAll('$__rate_interval', '1m').replaceAll('$__range', '3h');

/** Pairs of panels that lie on one another. */
export const overlapsOf = ({ panels }: Dashboard): string[] =>
  panels.flatMap((one, i) =>
    panels
      .slice(i + 1)
      .filter(
        ({ gridPos: b }) =>
          one.gridPos.x < b.x + b.w &&
          b.x < one.gridPos.x + one.gridPos.w &&
          one.gridPos.y < b.y + b.h &&
          b.y < one.gridPos.y + one.gridPos.h,
      )
      .map((other) => `${one.title} and ${other.title}`),
  );
