import { safeJson } from './safe-json.js';
import { hardenedPod, renderKubernetes } from './harden-kubernetes.js';
import type { HardenReport } from './harden-report.js';
import { renderRunLine } from './harden-run.js';
import { renderHardenText } from './harden-text.js';
import type { Style } from './style.js';

/** How advice can be shown, by the name that --format takes. */
export const hardenFormats: Readonly<Record<string, (report: HardenReport, style: Style) => string>> = {
  docker: (report) => renderRunLine(report, 'docker'),
  json: (report) => `${safeJson(hardenDocument(report), 2)}\n`,
  kubernetes: renderKubernetes,
  podman: (report) => renderRunLine(report, 'podman'),
  text: renderHardenText,
};

/** The report, and what it comes to for each engine. */
export function hardenDocument(report: HardenReport): object {
  return {
    ...report,
    run: { docker: renderRunLine(report, 'docker'), podman: renderRunLine(report, 'podman') },
    kubernetes: hardenedPod(report),
  };
}
