import { expect } from 'chai';
import { faultOf } from '../lint/rig.js';

const letters = 'abcdefghijklmnop';

/** Nine times nine times nine: some hundred bytes that stand for more nodes than there is memory. */
function bomb(rounds: number, key: (i: number) => string = (i) => `${letters[i]}: `): string {
  const lines = [`${key(0)}&a [x,x,x,x,x,x,x,x,x]`];
  for (let i = 1; i < rounds; i++)
    lines.push(
      `${key(i)}&${letters[i]} [${Array(9)
        .fill(`*${letters[i - 1]}`)
        .join(',')}]`,
    );
  return `${lines.join('\n')}\n`;
}

describe('aliases that stand for a billion nodes', () => {
  it('are refused where they pass the limit', async () => {
    expect(await faultOf('a.yaml', bomb(12))).to.match(/^a\.yaml:7:\d+: aliases make more than 1000000 nodes/);
  });

  it('are refused in containers too', async () => {
    const text = `apiVersion: v1\nkind: Pod\nspec:\n  containers: *l\n`;
    expect(await faultOf('a.yaml', bomb(12) + text)).to.include('aliases make more than');
  });

  it('are refused by merge keys', async () => {
    const keys = Array.from({ length: 1000 }, (_, i) => `k${i}: 1`).join(', ');
    const merges = Array.from({ length: 2000 }, (_, i) => `m${i}: {<<: *x}`).join('\n');
    expect(await faultOf('a.yaml', `x: &x {${keys}}\n${merges}\n`)).to.include('aliases make more than');
  });

  it('are refused when one contains itself', async () => {
    expect(await faultOf('a.yaml', 'a: &a\n  b: *a\n')).to.equal(
      'a.yaml:2:6: the alias names no anchor that is complete before it',
    );
  });

  it('are refused by their number', async () => {
    expect(await faultOf('a.yaml', '&a '.repeat(200_000))).to.match(
      /^a\.yaml:1:\d+: the file holds more than 50000 anchors/,
    );
  });
});
