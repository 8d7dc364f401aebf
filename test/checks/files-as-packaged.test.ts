import { expect } from 'chai';
import { filesAsPackaged } from '../../src/checks/files-as-packaged.js';
import type { FileDifference, FileVerification } from '../../src/examination/file-verification.js';
import type { Examination } from '../../src/examination/examination.js';
import { answer, examinationOf } from './rig.js';

const none: FileVerification = {
  outcome: 'verified',
  packages: 2,
  files: 49,
  differences: [],
  unlisted: 0,
  problems: [],
};

function difference(path: string, more: Partial<FileDifference> = {}): FileDifference {
  const differences = [{ attribute: 'content', text: 'other content' }] as const;
  return {
    path,
    package: 'p-1-2.x86_64',
    role: 'file',
    missing: false,
    differences,
    layer: 1,
    packageLayer: 0,
    ...more,
  };
}

async function examined(files: Partial<FileVerification>, layers = 3): Promise<Examination> {
  return examinationOf({
    layers: Array.from({ length: layers }, () => []),
    content: (content) => ({ ...content, files: { ...none, ...files } }),
  });
}

const ask = async (files: Partial<FileVerification>, layers?: number): Promise<string[]> =>
  answer(filesAsPackaged, await examined(files, layers));
const mode = { differences: [{ attribute: 'mode', text: 'mode 4755, packaged 0755' }] } as const;

describe('checks/files-as-packaged', () => {
  it('does not bind where it was not asked, and says how to ask', async () => {
    expect(answer(filesAsPackaged, await examinationOf())).to.deep.equal([
      'unknown idle: files were not compared with their packages: --verify-files asks for that',
    ]);
    expect(answer(filesAsPackaged, await examinationOf({ read: false }))).to.deep.equal([
      'unknown idle: the layers were not read',
    ]);
    expect(await ask({ outcome: 'none' })).to.deep.equal([
      'unknown idle: there is no RPM database to compare files with',
    ]);
  });

  it('passes files that are all as packaged', async () => {
    expect(await ask({})).to.deep.equal(['pass: 49 files of 2 packages are as packaged']);
  });

  const sentences: readonly (readonly [string, Partial<FileDifference>, string])[] = [
    ['replaced', {}, 'layer 2 (RUN step 2) replaced /usr/x; the package p-1-2.x86_64 did not change (other content)'],
    [
      'changed',
      mode,
      'layer 2 (RUN step 2) changed /usr/x; the package p-1-2.x86_64 did not change (mode 4755, packaged 0755)',
    ],
    [
      'removed',
      { missing: true, differences: [] },
      'layer 2 (RUN step 2) removed /usr/x; the package p-1-2.x86_64 did not change',
    ],
    [
      'another one than the package’s own layer should have',
      { packageLayer: 1 },
      'layer 2 (RUN step 2) brought p-1-2.x86_64 with another /usr/x (other content)',
    ],
    [
      'older than its package',
      { layer: 0, packageLayer: 2 },
      '/usr/x is still that of layer 1 (RUN step 1), though layer 3 brought p-1-2.x86_64 (other content)',
    ],
    [
      'gone since before its package',
      { layer: 0, packageLayer: 2, missing: true, differences: [] },
      '/usr/x is gone since layer 1 (RUN step 1), though layer 3 brought p-1-2.x86_64',
    ],
  ];
  for (const [title, more, message] of sentences) {
    it(`tells a file that is ${title}, with the layer that did it`, async () => {
      expect(await ask({ differences: [difference('usr/x', more)] })).to.deep.equal([`fail: ${message}`]);
    });
  }

  it('tells a file that no layer ever had', async () => {
    const { layer: _, ...nowhere } = difference('boot', { missing: true, differences: [] });
    const examination = await examined({ differences: [nowhere] });
    expect(answer(filesAsPackaged, examination)).to.deep.equal(['fail: /boot of p-1-2.x86_64 is in no layer']);
    const [finding] = filesAsPackaged.evaluate(examination);
    expect(finding.evidence).to.deep.equal([
      { type: 'file', path: '/boot', layer: examination.image.layers[0]?.descriptor.digest, instruction: 'RUN step 1' },
    ]);
  });

  it('answers once a layer, the worst first, with all of its files as evidence', async () => {
    const differences = [
      difference('a', { ...mode }),
      difference('b', { missing: true, differences: [] }),
      difference('c'),
      difference('d', { layer: 2 }),
    ];
    const examination = await examined({ differences });
    expect(answer(filesAsPackaged, examination)).to.deep.equal([
      'fail: layer 2 (RUN step 2) replaced /c; the package p-1-2.x86_64 did not change (other content); so it is with 2 more files',
      'fail: layer 3 (RUN step 3) replaced /d; the package p-1-2.x86_64 did not change (other content)',
    ]);
    const [finding] = filesAsPackaged.evaluate(examination);
    expect(finding.evidence.map((one) => (one.type === 'file' ? one.path : ''))).to.deep.equal(['/c', '/a', '/b']);
  });

  it('shortens instructions, without the shell that runs them', async () => {
    const instruction = `RUN /bin/sh -c ${'curl example.com/install | sh && '.repeat(9)}`;
    const examination = await examined({ differences: [difference('a')] });
    const layers = examination.image.layers.map((layer) => ({ ...layer, instruction }));
    const [said = ''] = answer(filesAsPackaged, { ...examination, image: { ...examination.image, layers } });
    expect(said).to.match(
      /^fail: layer 2 \(RUN curl example\.com\/install \| sh && curl .{10,40}\.\.\.\) replaced \/a/,
    );
  });

  it('passes configuration and ghosts that differ, but says so', async () => {
    const differences = [
      difference('etc/x', { role: 'config' }),
      difference('var/y', { role: 'ghost', missing: true, differences: [] }),
    ];
    expect(await ask({ differences: differences.slice(0, 1) })).to.deep.equal([
      'pass: 49 files of 2 packages are as packaged',
      'pass: 1 file that may differ does, being configuration or made at run time: /etc/x (other content)',
    ]);
    expect((await ask({ differences }))[1]).to.equal(
      'pass: 2 files that may differ do, being configuration or made at run time: /etc/x (other content), /var/y (missing)',
    );
  });

  it('does not pass what could not all be compared', async () => {
    const problems = ['one thing', 'another'];
    expect(await ask({ outcome: 'incomplete', problems })).to.deep.equal([
      'unknown: not all files could be compared: one thing; another',
    ]);
    expect(
      (await ask({ outcome: 'incomplete', problems, differences: [difference('a')] })).map((one) => one.slice(0, 7)),
    ).to.deep.equal(['fail: l', 'unknown']);
  });

  it('sums up what is more than twenty layers did, and what was not listed', async () => {
    const differences = Array.from({ length: 25 }, (_, i) => difference(`f${i}`, { layer: i + 1 }));
    const findings = await ask({ differences, unlisted: 7 }, 26);
    expect(findings).to.have.length(21);
    expect(findings.at(-1)).to.equal('fail: 12 more files are not as packaged');
  });
});
