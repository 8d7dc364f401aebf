import { describeRule } from './rig.js';

describeRule('dockerfile-syntax', [
  [
    'refuses an unknown instruction',
    'Dockerfile',
    'FROM r.example.com/a\nRUNN a\n',
    '2:1 error: RUNN is no instruction',
  ],
  [
    'takes every instruction there is, in any case',
    'Dockerfile',
    'arg A=1\nFrom r.example.com/a\nmaintainer a\nSHELL ["a"]\nSTOPSIGNAL 9\nHEALTHCHECK NONE\nEXPOSE 1\nVOLUME /a\nWORKDIR /a\nENTRYPOINT ["a"]\nONBUILD RUN a\n',
  ],
  ['refuses a file without FROM', 'Dockerfile', 'RUN a\n', '1:1 error: no FROM'],
  [
    'refuses what stands before FROM',
    'Dockerfile',
    'ARG A\nRUN a\nFROM r.example.com/a\n',
    '2:1 error: RUN stands before',
  ],
  [
    'refuses an instruction that says nothing',
    'Dockerfile',
    'FROM r.example.com/a\nRUN\n',
    '2:1 error: RUN says nothing',
  ],
  [
    'refuses a here-document without an end',
    'Dockerfile',
    'FROM r.example.com/a\nRUN cat <<EOF\na\n',
    '2:9 error: EOF has no end',
  ],
  ['refuses one in the last line', 'Dockerfile', 'FROM r.example.com/a\nRUN cat <<EOF', '2:9 error: EOF has no end'],
  [
    'takes here-documents, several and with tabs',
    'Dockerfile',
    'FROM r.example.com/a\nRUN cat <<A <<-"B"\na\nA\n\tb\n\tB\nCOPY <<C /c\nc\nC\nUSER a\n',
  ],
  [
    'does not take << within quotes for one',
    'Dockerfile',
    'FROM r.example.com/a\nRUN bash -c "cat <<EOF > a"\nRUN echo \'x <<EOF y\'\nUSER a\n',
  ],
  ['does not take <<< for one', 'Dockerfile', 'FROM r.example.com/a\nRUN cat <<< "a"\nUSER a\n'],
]);
