import { expect } from 'chai';
import { checks } from '../../src/checks/all.js';
import type { Finding } from '../../src/checks/check.js';
import { commandLineLimit } from '../../src/containers/run-line.js';
import { runExamination } from '../checks/run-rig.js';

const ids = ['docker-socket', 'not-privileged', 'seccomp', 'selinux-labels'];

/** Nearly as much as a config may hold, in labels that are each just short enough to be read. */
function labelsOf(piece: string): Record<string, string> {
  const text = piece.repeat(Math.floor(commandLineLimit / piece.length));
  return Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`org.label-schema.docker.cmd.${i}`, text]));
}

async function findingsOf(labels: Record<string, string>): Promise<readonly Finding[]> {
  const examination = await runExamination({ labels });
  return checks.filter(({ id }) => ids.includes(id)).flatMap((check) => check.evaluate(examination));
}

describe('labels of 2 MiB that are all run lines', () => {
  const pieces: readonly (readonly [it: string, piece: string])[] = [
    ['are read to their end', 'docker run --privileged --device /dev/sda -v /:/host I; '],
    ['may begin a quote each', `sh -c "docker run '`],
    ['may begin a substitution each', 'docker run $(`'],
    ['may be one word', 'x'],
    ['may be options alone', 'docker run -ditP'],
    ['may be blanks and ends of lines', ' \n;\\\n'],
  ];
  for (const [title, piece] of pieces) {
    it(title, async () => {
      const findings = await findingsOf(labelsOf(piece));
      expect(findings.length).to.be.within(4, 90);
      for (const { message, evidence } of findings) {
        expect(message.length).to.be.lessThan(2000);
        expect(evidence.length).to.be.lessThan(201);
      }
    });
  }

  it('may be five thousand, and make few findings', async () => {
    const run = 'docker run --privileged -v /run/docker.sock:/s I';
    const labels = Object.fromEntries(
      Array.from({ length: 5000 }, (_, i) => [`org.label-schema.docker.cmd.${'x'.repeat(300)}${i}`, run]),
    );
    const findings = await findingsOf(labels);
    expect(findings.length).to.be.lessThan(50);
    for (const { message, evidence } of findings) {
      expect(message.length).to.be.lessThan(200);
      expect(JSON.stringify(evidence).length).to.be.lessThan(60_000);
    }
  });

  it('say no more than a sentence, whatever they mount', async () => {
    const [first] = (await findingsOf({ run: `docker run -v ${'/etc/shadow'.repeat(5000)}:/x I` })).filter(
      ({ outcome }) => outcome === 'fail',
    );
    expect(first?.message.length).to.be.lessThan(200);
  });
});
