import { expect } from 'chai';
import { runLabels, unreadRunLabels } from '../../src/checks/run-labels.js';
import { runExamination } from './run-rig.js';

describe('checks/run-labels', () => {
  it('reads the labels that are command lines, in any spelling', async () => {
    const line = 'docker run --rm IMAGE';
    const labels = { RUN: line, Install: line, running: line, 'my.run': line, help: line, stop: 'docker stop x' };
    const found = runLabels(await runExamination({ labels }));
    expect(found.map(({ label, lines }) => [label, lines.length])).to.deep.equal([
      ['RUN', 1],
      ['Install', 1],
      ['stop', 0],
    ]);
  });

  it('says which of them are too long', async () => {
    const labels = { run: 'x'.repeat(70_000), install: 'x', other: 'x'.repeat(70_000) };
    const messages = unreadRunLabels(await runExamination({ labels })).map(({ message }) => message);
    expect(messages).to.deep.equal(['the label run is too long to be read']);
  });

  it('reads no more than a quarter of a mebibyte of them together', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `org.label-schema.docker.cmd.${name}`);
    const examination = await runExamination({
      labels: Object.fromEntries(names.map((name) => [name, 'x'.repeat(60_000)])),
    });
    expect(runLabels(examination).map(({ label }) => label)).to.deep.equal(names.slice(0, 4));
    expect(unreadRunLabels(examination).map(({ message }) => message)).to.deep.equal([
      `the labels ${names.slice(4).join(', ')} are too long to be read`,
    ]);
  });
});
