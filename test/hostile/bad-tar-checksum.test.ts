import { examineHostile, expectOneLine, expectRefused, imageOfTar, runHostile } from '../support/hostile.js';

const image = imageOfTar([
  { path: 'etc/motd', body: 'hello' },
  { path: 'bin/sh', body: 'x', raw: { checksum: '000001\0 ' } },
]);

describe('a tar header whose checksum is wrong', () => {
  it('stops the image', async () => {
    expectRefused(await examineHostile(image), 'hostile', 'tar header at 1024: the checksum is wrong');
  });

  it('ends the command with one line and exit code 15', async () => {
    expectOneLine(
      await runHostile(image),
      15,
      /^imgcheck: hostile: localhost:\d+\/hostile\/app:1\.0.*the checksum is wrong/,
    );
  });
});
