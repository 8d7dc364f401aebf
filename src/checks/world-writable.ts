import type { Check } from './check.js';
import { judgeSpecial } from './special.js';
import { judgeTemporaryFolders } from './temporary-folders.js';

export const worldWritable: Check = {
  id: 'world-writable',
  asks: 'Which files and directories of the image’s own may anybody write, and is /tmp as it must be?',
  reason:
    'Whatever runs in the container can replace what anybody may write; a shared directory needs at least the sticky bit, and /tmp a root that owns it.',
  remedy: 'Take the write bit from others (chmod o-w), or set the sticky bit on a directory (chmod +t).',
  guide: '7.5',
  mendedByRebuild: false,
  evaluate(examination) {
    const [first, ...rest] = judgeTemporaryFolders(examination);
    const special = judgeSpecial(examination, {
      kinds: ['world-writable'],
      noun: ['world-writable entry', 'world-writable entries'],
      remedy: worldWritable.remedy,
    });
    return first ? [first, ...rest, ...special] : special;
  },
};
