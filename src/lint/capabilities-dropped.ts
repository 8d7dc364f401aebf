import { capabilityName } from '../containers/capability-name.js';
import { seldomNeeded } from './capabilities-added.js';
import type { LintRule } from './rule.js';

export const capabilitiesDropped: LintRule = {
  id: 'capabilities-dropped',
  asks: 'Are capabilities dropped that it does not need?',
  reason:
    'Engines give about a dozen capabilities to every container; most programs need none, and each is a tool for whoever breaks in.',
  remedy: 'Drop ALL and add back the few it needs; imgcheck harden IMAGE says which those seem to be.',
  guide: '8.1',
  containers(containers) {
    return containers.flatMap(({ origin, name, offset, dropped, privileged }) => {
      // Dropping means nothing there, and a privileged one is told of it already.
      if (origin === 'label' || privileged?.on) return [];
      const names = dropped.map(({ text }) => capabilityName(text));
      if (names.includes('ALL')) return [];
      const missing = seldomNeeded.filter((one) => !names.includes(one));
      const rest = missing.length > 0 ? `; of what is given, most can do without ${missing.join(', ')}` : '';
      return [
        {
          offset: dropped[0]?.offset ?? offset,
          severity: 'warning',
          message: `${name} does not drop all capabilities${rest}`,
        },
      ];
    });
  },
};
