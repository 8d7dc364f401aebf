import { describeRule } from './rig.js';

describeRule('suppression-reasoned', [
  [
    'takes an exception with a reason',
    'Dockerfile',
    '# imgcheck ignore=image-pinned,run-as-non-root the base is rebuilt nightly\nFROM r.example.com/a\n',
  ],
  [
    'warns of one without a reason',
    'Dockerfile',
    '# imgcheck ignore=image-pinned\nFROM r.example.com/a\n',
    '1:1 warning: no reason',
  ],
  [
    'warns of a rule that does not exist',
    'Dockerfile',
    'FROM r.example.com/a\n  # imgcheck ignore=image-pined typed in haste\nUSER a\n',
    '2:3 warning: image-pined, which is no rule',
  ],
  [
    'warns of one that names no rule',
    'Dockerfile',
    '# imgcheck ignore= why\nFROM r.example.com/a\n',
    '1:1 warning: names no rule',
  ],
  [
    'notes one that fits nothing',
    'Dockerfile',
    'FROM r.example.com/a\n# imgcheck ignore=image-pinned why\nUSER a\n',
    '2:1 note: fits no finding',
  ],
  [
    'notes one at the end of the file',
    'Dockerfile',
    'FROM r.example.com/a\n# imgcheck ignore=image-pinned why\n',
    '2:1 note: fits no finding',
  ],
]);
