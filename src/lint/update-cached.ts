import type { RuleFinding } from './finding.js';
import { packageRuns } from './package-run.js';
import type { PackageFamily } from '../analyzers/package-step.js';
import type { LintRule } from './rule.js';

export const updateCached: LintRule = {
  id: 'update-cached',
  asks: 'Will an update of packages really run again when the image is rebuilt?',
  reason:
    'A builder reuses the layer of a RUN whose text has not changed: the update of months ago is taken for that of today, and a rebuild mends nothing.',
  remedy:
    'Put an ARG (a date, for example) before it and give it a new value in each rebuild, build with --no-cache, or do without the update and rebuild on a newer base.',
  guide: '3.3',
  dockerfile(dockerfile) {
    const runs = packageRuns(dockerfile);
    const lastInstall = new Map(
      runs.flatMap(({ steps }, i) =>
        steps.filter(({ action }) => action === 'install').map(({ family }): [PackageFamily, number] => [family, i]),
      ),
    );
    return runs.flatMap((run, i) => {
      if (run.fresh) return [];
      const upgrade = run.steps.find(({ action }) => action === 'upgrade');
      const refresh = run.steps.find(({ action }) => action === 'refresh');
      const install = run.steps.some(({ action }) => action === 'install');
      if (upgrade) {
        return [
          {
            offset: upgrade.offset,
            severity: install ? 'note' : 'warning',
            message: 'nothing makes this RUN run again: its layer may hold the packages of an earlier day',
          } satisfies RuleFinding,
        ];
      }
      const used = refresh !== undefined && (lastInstall.get(refresh.family) ?? -1) > i;
      return refresh && !install && used
        ? [
            {
              offset: refresh.offset,
              severity: 'warning',
              message: `${refresh.program} reads its metadata in a RUN of its own: later RUNs install from those of an earlier day`,
              remedy: 'Read the metadata in the same RUN that installs.',
            } satisfies RuleFinding,
          ]
        : [];
    });
  },
};
