import { expect } from 'chai';
import { parseSystemdUnit } from '../../src/lint/systemd-unit.js';
import { faultOf, sourceOf } from './rig.js';

const programs = (text: string): string[][] =>
  parseSystemdUnit(sourceOf(text, 'a.service')).commands.map((command) => command.map((word) => word.text));

describe('parseSystemdUnit', () => {
  it('joins lines, and leaves comments between them to systemd', () => {
    expect(programs('; c\n# c\n[Service]\nExecStart=/a \\\n  b \\\n  c\n')).to.deep.equal([['/a', 'b', 'c']]);
  });

  it('forgets what an empty assignment clears', () => {
    expect(programs('[Service]\nExecStart=/a\nExecStart=\nExecStart=/b\n')).to.deep.equal([['/b']]);
  });

  it('leaves the prefixes of a program out', () => {
    expect(programs('[Service]\nExecStart=-+/a "b c"\n')).to.deep.equal([['/a', 'b c']]);
  });

  it('reads only the sections it speaks of', () => {
    expect(programs('[Install]\nExecStart=/a\n')).to.deep.equal([]);
  });

  it('keeps offsets through joined lines', () => {
    const source = sourceOf('[Service]\r\nExecStart=/a \\\r\n b\r\n', 'a.service');
    const word = parseSystemdUnit(source).commands[0]?.[1];
    expect(source.place(word?.offset ?? 0)).to.deep.equal({ line: 3, column: 2 });
  });

  it('points at a line that is none', async () => {
    expect(await faultOf('a.service', '[Service]\nwhat\n')).to.equal(
      'a.service:2:1: not a line of a systemd unit: expected NAME=value',
    );
    expect(await faultOf('a.service', 'A=b\n')).to.equal('a.service:1:1: no section before the first setting');
  });
});
