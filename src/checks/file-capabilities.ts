import type { Check } from './check.js';
import { judgeSpecial } from './special.js';

export const fileCapabilities: Check = {
  id: 'file-capabilities',
  asks: 'Which programs with file capabilities did the image itself bring?',
  reason: 'A file capability gives whoever starts the program a part of root’s rights.',
  remedy: 'Remove it (setcap -r) in the step that brings the file, unless the program needs it.',
  guide: '7.1',
  mendedByRebuild: false,
  evaluate: (examination) =>
    judgeSpecial(examination, {
      kinds: ['capabilities'],
      noun: ['file with capabilities', 'files with capabilities'],
      remedy: fileCapabilities.remedy,
    }),
};
