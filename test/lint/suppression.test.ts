import { expect } from 'chai';
import { lintText, say } from './rig.js';

describe('suppressions', () => {
  it('take away the finding in the next line, and count it', async () => {
    const text = 'FROM r.example.com/a:1\n# imgcheck ignore=run-as-non-root it binds port 80\nUSER root\n';
    const { findings, suppressed } = await lintText('Dockerfile', text);
    expect(findings.map(({ rule }) => rule)).to.deep.equal(['image-pinned']);
    expect(suppressed).to.equal(1);
  });

  it('do not count without a reason', async () => {
    const text = '# imgcheck ignore=image-pinned\nFROM r.example.com/a\n';
    expect(await say('image-pinned', 'Dockerfile', text)).to.have.length(1);
  });

  it('hold for one rule and one line', async () => {
    const text = '# imgcheck ignore=image-pinned why\nFROM a AS x\nFROM b\n';
    expect(await say('image-pinned', 'Dockerfile', text)).to.have.length(1);
    expect(await say('image-qualified', 'Dockerfile', text)).to.have.length(2);
  });

  it('hold for the whole instruction, from above it or within it', async () => {
    const run = (before: string, inside: string): string =>
      `FROM r.example.com/a\n${before}RUN a && \\\n${inside}  yum -y install b\n`;
    const comment = '# imgcheck ignore=packages-cleaned the layer is squashed\n';
    expect(await say('packages-cleaned', 'Dockerfile', run('', ''))).to.have.length(1);
    expect(await say('packages-cleaned', 'Dockerfile', run(comment, ''))).to.deep.equal([]);
    expect(await say('packages-cleaned', 'Dockerfile', run('', comment))).to.deep.equal([]);
  });

  it('skip blank lines and other comments', async () => {
    const text = '# imgcheck ignore=image-pinned why\n\n# more\nFROM r.example.com/a\n';
    expect(await say('image-pinned', 'Dockerfile', text)).to.deep.equal([]);
  });

  it('hold in YAML and in units', async () => {
    const pod =
      'apiVersion: v1\nkind: Pod\nspec:\n  # imgcheck ignore=host-namespaces the node agent\n  hostPID: true\n  containers: [{name: a}]\n';
    expect(await say('host-namespaces', 'a.yaml', pod)).to.deep.equal([]);
    const unit = '[Service]\n; imgcheck ignore=daemon-tcp behind a proxy\nExecStart=dockerd -H tcp://a\n';
    expect(await say('daemon-tcp', 'a.service', unit)).to.deep.equal([]);
  });
});
