import type { Check } from './check.js';
import { judgeSpecial } from './special.js';

export const deviceNodes: Check = {
  id: 'device-nodes',
  asks: 'Does the image bring device nodes of its own?',
  reason:
    'Device nodes belong to the engine that runs the container; one in a layer opens a device wherever the engine allows it.',
  remedy: 'Leave /dev out of the image.',
  mendedByRebuild: false,
  evaluate: (examination) =>
    judgeSpecial(examination, { kinds: ['device'], noun: ['device node', 'device nodes'], remedy: deviceNodes.remedy }),
};
