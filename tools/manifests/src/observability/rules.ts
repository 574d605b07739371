import { parse, stringify } from 'yaml';
import { z } from 'zod';

const Rule = z.strictObject({
  alert: z.string().regex(/^Threadbox[A-Z][A-Za-z]+$/),
  expr: z.string().min(1),
  for: z
    .string()
    .regex(/^\d+[mh]$/)
    .optional(),
  labels: z.strictObject({ severity: z.enum(['critical', 'warning', 'info']) }),
  annotations: z.strictObject({ summary: z.string().min(1), description: z.string().min(1), runbook_url: z.string() }),
});
const Rules = z.strictObject({
  groups: z.array(z.strictObject({ name: z.string(), rules: z.array(Rule).min(1) })).min(1),
});
export type Rules = z.infer<typeof Rules>;

/** Reads a rule file. Throws where an alert lacks its severity, its words or its place in the runbook. */
export const readRules = (text: string): Rules => Rules.parse(parse(text));

/** The same rules as an object of the Prometheus operator's, as YAML. */
export const prometheusRule = (rules: Rules): string =>
  `# Made from deploy/observability/alerts.yaml: npm run generate.\n${stringify(
    {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PrometheusRule',
      metadata: { name: 'threadbox', namespace: 'threadbox' },
      spec: rules,
    },
    { lineWidth: 0 },
  )}`;
