import { availableParallelism } from 'node:os';
import { InvalidArgumentError, Option, type Command } from 'commander';

/** What the command line can say to every command that looks at an image. */
export interface CommonOptions {
  readonly platform?: string;
  readonly format: string;
  readonly output?: string;
  readonly policy?: string;
  readonly registriesConf?: string;
  readonly authfile?: string;
  readonly certDir?: string;
  readonly tlsVerify: boolean;
  readonly jobs: number;
  readonly cache?: string;
  readonly rpmKeys: readonly string[];
  readonly repo: readonly string[];
  readonly quiet?: true;
  readonly verbose?: true;
  readonly color: boolean;
  readonly verifyFiles?: true;
}

/** What the commands that ask for the base take besides. */
export interface BaseOptions extends CommonOptions {
  readonly base?: string;
  readonly rpmKeysOfBase?: true;
  readonly releases: boolean;
}

function jobs(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > 64)
    throw new InvalidArgumentError('a whole number from 1 to 64');
  return count;
}

/** `true` and `false` written out, as skopeo takes them; the bare flag means true. */
function yesOrNo(text: string): boolean {
  if (text === 'true') return true;
  if (text === 'false') return false;
  throw new InvalidArgumentError('write true or false');
}

export function addCommonOptions(command: Command, formats: readonly string[]): Command {
  return command
    .addOption(new Option('--format <format>', 'how to answer').choices(formats).default('text'))
    .option('--output <file>', 'write the answer to a file instead of the standard output')
    .option(
      '--platform <os/arch>',
      'which platform of an index, as linux/arm64 or linux/arm/v7 (default: this machine’s)',
    )
    .option('--policy <file>', 'policy file (default: imgcheck/imgcheck.yaml in the XDG configuration folder)')
    .option('--authfile <file>', 'credentials (default: REGISTRY_AUTH_FILE, auth.json, docker’s config.json)')
    .option('--cert-dir <dir>', 'folder of *.crt (CAs), *.cert and *.key (client), instead of certs.d')
    .option('--registries-conf <file>', 'registries.conf, for the candidates of naked names')
    .addOption(
      new Option('--tls-verify <bool>', 'false: unverified certificates and plain HTTP are allowed, and reported')
        .argParser(yesOrNo)
        .preset('true')
        .default(true),
    )
    .addOption(
      new Option(
        '--rpm-keys <path>',
        'key file, or folder of them, whose signatures on packages count (may be repeated)',
      )
        .argParser((path: string, paths: readonly string[]) => [...paths, path])
        .default([], 'none'),
    )
    .addOption(
      new Option('--repo <url|dir>', 'RPM repository to compare the packages with (may be repeated)')
        .argParser((location: string, all: readonly string[]) => [...all, location])
        .default([], 'none'),
    )
    .option('--cache <dir>', 'where facts about layers are kept, or none (default: imgcheck in the XDG cache folder)')
    .addOption(new Option('--jobs <n>', 'layers at once').argParser(jobs).default(Math.max(2, availableParallelism())))
    .option('--quiet', 'nothing on standard error but errors')
    .option('--verbose', 'errors with their causes')
    .option('--no-color', 'no colours (NO_COLOR does the same)');
}

export function addBaseOptions(command: Command): Command {
  return command
    .option('--base <reference>', 'the base image it should be built on, or scratch for none')
    .option('--rpm-keys-of-base', 'take the keys in /etc/pki/rpm-gpg of a base that the layers prove')
    .option('--no-releases', 'do not look for the release it was built from among the base’s tags');
}
