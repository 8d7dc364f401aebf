import { expect } from 'chai';
import { composeContainers } from '../../src/lint/compose.js';
import type { Container } from '../../src/lint/container.js';
import { parseYaml } from '../../src/lint/yaml-document.js';
import { service, sourceOf } from './rig.js';

async function containers(text: string): Promise<Container[]> {
  const [document] = await parseYaml(sourceOf(text, 'a.yml'));
  return document ? composeContainers(document) : [];
}

describe('composeContainers', () => {
  it('reads what extension fields bring in', async () => {
    const [web] = await containers(
      'x-base: &base\n  read_only: true\n  cap_drop: [ALL]\nservices:\n  web:\n    <<: *base\n',
    );
    expect([web?.readOnlyRoot?.on, web?.dropped.map(({ text }) => text)]).to.deep.equal([true, ['ALL']]);
  });

  it('splits a command line, and takes a list as it is', async () => {
    const [web] = await containers(service('entrypoint: a "b c"\ncommand: ["d e", f]'));
    expect(web?.command.map(({ text }) => text)).to.deep.equal(['a', 'b c', 'd e', 'f']);
  });

  it('is not misled by values of another type', async () => {
    const text =
      'services:\n  a: text\n  b: {image: [x], volumes: {a: b}, environment: 3, cap_add: ALL, ports: [{}]}\n';
    const [b, ...rest] = await containers(text);
    expect([b?.name, b?.image, b?.hostPaths, b?.variables, b?.added, rest]).to.deep.equal([
      'service b',
      undefined,
      [],
      [],
      [],
      [],
    ]);
  });
});
