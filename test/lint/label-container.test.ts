import { expect } from 'chai';
import { parseDockerfile } from '../../src/lint/dockerfile.js';
import { describeRule, sourceOf } from './rig.js';

const label = (line: string): string => `FROM r.example.com/a\nLABEL ${line}\n`;

async function containersOf(line: string): Promise<readonly Record<string, unknown>[]> {
  const { containers } = await parseDockerfile(sourceOf(label(line)));
  return containers.map((one) => ({ ...one }));
}

describe('lint/label-container', () => {
  it('reads a run line in the words that hold for every container', async () => {
    const [container] = await containersOf(
      'RUN="docker run -itu 0:0 --read-only --cap-add=NET_ADMIN,CHOWN --cap-drop all -e A=b -e C --uts=host IMAGE"',
    );
    const at = (text: string): number =>
      label(
        'RUN="docker run -itu 0:0 --read-only --cap-add=NET_ADMIN,CHOWN --cap-drop all -e A=b -e C --uts=host IMAGE"',
      ).indexOf(text);
    expect(container).to.deep.equal({
      origin: 'label',
      name: 'label RUN',
      group: 'label RUN',
      offset: at('docker'),
      user: { text: '0', offset: at('0:0') },
      readOnlyRoot: { on: true, offset: at('--read') },
      added: [
        { text: 'NET_ADMIN', offset: at('--cap-add') },
        { text: 'CHOWN', offset: at('--cap-add') },
      ],
      dropped: [{ text: 'all', offset: at('all') }],
      hostPaths: [],
      hostNamespaces: [{ text: 'UTS', offset: at('--uts') }],
      variables: [
        { name: 'A', value: 'b', offset: at('A=b') },
        { name: 'C', value: undefined, offset: at('C --uts') },
      ],
      command: [],
    });
  });

  it('reads every line of a label', async () => {
    expect(await containersOf('INSTALL="docker create a; docker rm b; podman run c"')).to.have.length(2);
  });
});

describeRule('privileged-container', [
  [
    'reads on behind what atomic fills in',
    'Dockerfile',
    label('RUN="docker run ${OPT1} --privileged \\${OPT2} ${IMAGE}"'),
    '2:31 error: label RUN',
  ],
  [
    'reads what a shell is given, where it stands',
    'Dockerfile',
    label(`INSTALL="chroot /host sh -c 'docker run --privileged IMAGE'"`),
    '2:47 error: label INSTALL',
  ],
  [
    'reads behind options of the engine',
    'Dockerfile',
    label('run="docker --host tcp://a container run --privileged=1 IMAGE"'),
    '2:48 error: label run',
  ],
  [
    'reads other labels that are command lines',
    'Dockerfile',
    label('usage="docker run --privileged IMAGE"'),
    '2:25 error: usage',
  ],
  ['passes over other commands of the engine', 'Dockerfile', label('run="docker exec run --privileged"')],
  ['takes --privileged=0', 'Dockerfile', label('run="docker run --privileged=0 IMAGE"')],
  [
    'reads quotes within quotes as the builder does',
    'Dockerfile',
    label('RUN="docker run -e \\"A=b c\\" --privileged IMAGE"'),
    '2:36 error: label RUN',
  ],
  [
    'reads quotes within quotes within quotes',
    'Dockerfile',
    label('RUN="sh -c \\"docker run -e \\\\\\"A=b c\\\\\\" --privileged IMAGE\\""'),
    '2:19 error: label RUN',
  ],
  [
    'reads blanks behind a backslash as the builder does',
    'Dockerfile',
    label('RUN=docker\\ run\\ --privileged\\ IMAGE'),
    '2:24 error: label RUN',
  ],
]);
