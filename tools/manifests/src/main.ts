/** Writes what follows from other files: the table of metrics, and the alerts as the Prometheus operator wants them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { metricsDocument } from './observability/metrics-document.ts';
import { prometheusRule, readRules } from './observability/rules.ts';

const file = (path: string): string => fileURLToPath(new URL(`../../../deploy/${path}`, import.meta.url));

writeFileSync(file('METRICS.md'), metricsDocument());
writeFileSync(
  file('k8s/components/prometheus-operator/rules.yaml'),
  prometheusRule(readRules(readFileSync(file('observability/alerts.yaml'), 'utf8'))),
);
