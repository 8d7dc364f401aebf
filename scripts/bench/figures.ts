import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Tool } from '../../test/support/debian.js';
import { bigLayerBytes, images, manyMembers, packageCount, type PreparedImages } from './images.js';
import type { Command } from './measure.js';

/** One figure: our command beside what others do for the same, or for a part of it. */
export interface Figure {
  readonly name: string;
  readonly about: string;
  readonly ours: Command;
  readonly peers: readonly Command[];
}

export interface Bench {
  readonly prepared: PreparedImages;
  readonly host: string;
  readonly certDir: string;
  readonly caFile: string;
  /** A folder that may be written to. */
  readonly scratch: string;
  readonly skopeo: Tool;
  readonly rpm: Tool;
}

const program = fileURLToPath(new URL('../../bin/imgcheck.js', import.meta.url));

/** All figures, in the order of the table. */
export function figuresOf(bench: Bench): readonly Figure[] {
  const { host, rpm } = bench;
  const big = `${host}/${images.big}`;
  const many = `${host}/${images.many}`;
  const app = `${host}/${images.app}`;
  return [
    {
      name: 'big-layer',
      about: `the whole check of an image of one gzip layer of ${Math.round(bigLayerBytes / 1e6)} MB`,
      ours: imgcheck(bench, [big]),
      peers: [
        imgcheck(bench, [big, '--engine', 'node']),
        ...pipeline(bench, 'big', 'gunzip', 'sha256sum'),
        ...pipeline(bench, 'big', 'igzip -dc', 'openssl dgst -sha256'),
        skopeoCopy(bench, 'big'),
      ],
    },
    {
      name: 'many-members',
      about: `the whole check of an image of one layer of ${manyMembers} members`,
      ours: imgcheck(bench, [many]),
      peers: pipeline(bench, 'many', 'gunzip', 'sha256sum'),
    },
    {
      name: 'packages',
      about: `the list of ${packageCount} packages out of an rpm database, ours from the registry, rpm's from the disk`,
      ours: imgcheck(bench, ['packages', `${host}/${images.packages}`, '--format', 'tsv']),
      peers: [
        {
          name: 'rpm -qa',
          argv: [rpm.path, '--dbpath', join(bench.scratch, 'rpm'), '-qa'],
          env: rpm.env,
        },
      ],
    },
    {
      name: 'freshness',
      about: 'whether the base of an image is the newest, and which release it was built from',
      ours: imgcheck(bench, ['freshness', app, '--base', baseOf(host, 'base-latest')]),
      peers: [
        {
          name: 'skopeo inspect --no-tags',
          argv: [bench.skopeo.path, 'inspect', '--no-tags', '--cert-dir', bench.certDir, `docker://${app}`],
          env: bench.skopeo.env,
        },
      ],
    },
    {
      name: 'freshness-fresh',
      about: 'whether the base of an image is the newest, where it is: four documents',
      ours: imgcheck(bench, ['freshness', app, '--base', baseOf(host, 'base-1.0')]),
      peers: [inspectBoth(bench)],
    },
    {
      name: 'freshness-warm',
      about: 'the same again, with what the run before has kept: two HEAD requests',
      ours: imgcheck(bench, ['freshness', app, '--base', baseOf(host, 'base-1.0')], join(bench.scratch, 'cache')),
      peers: [inspectBoth(bench)],
    },
    {
      name: 'version',
      about: 'start-up alone',
      ours: { name: 'imgcheck --version', argv: [process.execPath, program, '--version'] },
      peers: [{ name: 'node -e 0', argv: [process.execPath, '-e', '0'] }],
    },
  ];
}

function baseOf(host: string, name: 'base-1.0' | 'base-latest'): string {
  return `${host}/${images[name]}`;
}

/** Image and base, one after the other, as somebody would who compares them by hand. */
function inspectBoth({ skopeo, certDir, host }: Bench): Command {
  const [image, base] = [`docker://${host}/${images.app}`, `docker://${baseOf(host, 'base-1.0')}`];
  const script = '"$0" inspect --no-tags --cert-dir "$1" "$2" && "$0" inspect --no-tags --cert-dir "$1" "$3"';
  return {
    name: 'skopeo inspect --no-tags, twice',
    argv: ['sh', '-c', script, skopeo.path, certDir, image, base],
    env: skopeo.env,
  };
}

/** Every answer but an error of ours counts: the images have no base or a stale one. */
export function imgcheck(bench: Bench, args: readonly string[], cache = 'none'): Command {
  const line = args.map((arg) => arg.replace(bench.host, 'REGISTRY'));
  return {
    name: `imgcheck ${line.join(' ')} --cache ${cache === 'none' ? cache : 'DIR'}`,
    argv: [process.execPath, program, ...args, '--cache', cache, '--cert-dir', bench.certDir],
    answers: [0, 1, 3, 4],
  };
}

/** Fetches, inflates and hashes: what anybody must do who wants the layer's diff_id. Left out, saying so, without its tools. */
function pipeline(bench: Bench, name: 'big' | 'many', inflate: string, hash: string): readonly Command[] {
  const absent = ['curl', inflate, hash]
    .map((command) => command.split(' ', 1)[0] ?? '')
    .filter((tool) => !isInstalled(tool));
  const pipe = `curl | ${inflate} | ${hash}`;
  if (absent.length > 0) {
    process.stderr.write(`${name}: no comparison with ${pipe}, not installed: ${absent.join(', ')}\n`);
    return [];
  }
  const [repository = ''] = images[name].split(':');
  const url = `https://${bench.host}/v2/${repository}/blobs/${layerDigest(bench.prepared.layout, name)}`;
  const script = `curl -sS --fail --cacert "$0" "$1" | ${inflate} | ${hash}`;
  return [{ name: pipe, argv: ['sh', '-c', script, bench.caFile, url] }];
}

export function isInstalled(tool: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, tool)));
}

/** Fetches and hashes what it fetches, to the disk. */
function skopeoCopy(bench: Bench, name: 'big' | 'many'): Command {
  const { path, env } = bench.skopeo;
  const from = `docker://${bench.host}/${images[name]}`;
  const script = 'rm -rf "$3" && exec "$0" --insecure-policy copy -q --src-cert-dir "$1" "$2" "dir:$3"';
  return {
    name: 'skopeo copy to dir:',
    argv: ['sh', '-c', script, path, bench.certDir, from, join(bench.scratch, 'copy')],
    env,
  };
}

export function layerDigest(layout: string, name: string): string {
  const document = (path: string): unknown => JSON.parse(readFileSync(join(layout, path), 'utf8'));
  const index = document('index.json') as { manifests: { digest: string; annotations: Record<string, string> }[] };
  const entry = index.manifests.find((one) => one.annotations['org.opencontainers.image.ref.name'] === name);
  const manifest = document(`blobs/${entry?.digest.replace(':', '/')}`) as { layers: { digest: string }[] };
  return manifest.layers[0]?.digest ?? '';
}
