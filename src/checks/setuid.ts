import type { Check } from './check.js';
import { judgeSpecial } from './special.js';

export const setuid: Check = {
  id: 'setuid',
  asks: 'Which setuid and setgid programs did the image itself bring?',
  reason: 'A setuid program runs with its owner’s rights whoever starts it; most containers need none.',
  remedy: 'Remove the bit (chmod a-s) in the step that brings the file, or leave the file out.',
  guide: '7.4',
  mendedByRebuild: false,
  evaluate: (examination) =>
    judgeSpecial(examination, {
      kinds: ['setuid', 'setgid'],
      noun: ['setuid or setgid file', 'setuid or setgid files'],
      remedy: setuid.remedy,
    }),
};
