import { expect } from 'chai';
import { commandLineLimit, readRunLines } from '../../src/containers/run-line.js';

/** `engine name=value name=value` a line. */
function read(text: string): string[] {
  return readRunLines(text).map(({ engine, options }) =>
    [engine, ...options.map(({ name, value }) => `${name}=${value}`)].join(' '),
  );
}

describe('containers/run-line', () => {
  const cases: readonly (readonly [it: string, text: string, lines: readonly string[]])[] = [
    [
      'reads the line of an atomic label, whose variables stand for options',
      '/usr/bin/docker run -d ${OPT1} --privileged --net=host -v /run:/run --name ${NAME} ${OPT2} -e IMAGE=${IMAGE} ${IMAGE} --cap-add=x ${OPT3}',
      ['docker detach=true privileged=true network=host volume=/run:/run name=${NAME} env=IMAGE=${IMAGE}'],
    ],
    ['ends at the image', 'docker run --rm IMAGE --privileged -v /:/host', ['docker rm=true']],
    ['ends at --', 'docker run --rm -- --privileged', ['docker rm=true']],
    [
      'takes short options in one word, up to the one that has a value',
      'podman run -itd -vp:/q -p80:80 -itu root -w=/x img',
      [
        'podman interactive=true tty=true detach=true volume=p:/q publish=80:80 interactive=true tty=true user=root workdir=/x',
      ],
    ],
    ['reads a switch with a value', 'docker run --privileged=false -t=true img', ['docker privileged=false tty=true']],
    [
      'takes the next word as a value, whatever it looks like',
      'docker run --name --privileged img',
      ['docker name=--privileged'],
    ],
    ['stands a missing value', 'docker run -v', ['docker volume=']],
    [
      'reads options of the engine before the command',
      'sudo docker --host tcp://x -D --log-level=debug container run --pid host img',
      ['docker pid=host'],
    ],
    ['reads create', 'podman create --ipc=host img', ['podman ipc=host']],
    [
      'reads every line of a script',
      'docker rm -f x; docker run -P a && podman run -q b',
      ['docker publish-all=true', 'podman quiet=true'],
    ],
    ['reads what a shell is given', `sh -xc 'docker run --privileged "$1"' sh x`, ['docker privileged=true']],
    ['reads what a shell is given to give to a shell', `bash -c "sh -c 'docker run --init a'"`, ['docker init=true']],
    ['reads behind wrappers', 'env A=b chroot /host nerdctl run --rm x', ['nerdctl rm=true']],
    [
      'passes over other commands of the engine',
      'docker exec run --privileged; docker pull run; docker build --network host .',
      [],
    ],
    ['passes over other programs', 'run --privileged; s2i build https://example.com img app', []],
    ['passes over text', 'See https://example.com/docs for how to run this with docker.', []],
  ];
  for (const [title, text, lines] of cases) {
    it(title, () => {
      expect(read(text)).to.deep.equal(lines);
    });
  }

  it('reads nothing of a text past the limit', () => {
    const line = 'docker run --privileged x ';
    expect(read(line.padEnd(commandLineLimit))).to.have.length(1);
    expect(read(line.padEnd(commandLineLimit + 1))).to.deep.equal([]);
  });

  it('gives each value the place of its word, within what a shell is given too', () => {
    const text = "docker run --pid host -v/:/x --privileged a; sh -c 'podman run --net=host b'";
    const places = readRunLines(text).flatMap(({ options }) => options.map(({ offset }) => text.slice(offset)));
    expect(places.map((rest) => /^[^ ]*/.exec(rest)?.[0])).to.deep.equal([
      'host',
      '-v/:/x',
      '--privileged',
      '--net=host',
    ]);
  });

  it('goes four shells deep', () => {
    const quote = (text: string): string => `sh -c '${text.replaceAll("'", `'\\''`)}'`;
    let line = 'docker run --init a';
    for (let depth = 1; depth <= 6; depth++) {
      line = quote(line);
      expect(read(line), `${depth} deep`).to.have.length(depth <= 4 ? 1 : 0);
    }
  });
});
