import { availableParallelism } from 'node:os';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { inflateEngines, type InflateEngine } from '../archive/decoder.js';
import { rebuildReasons, type RebuildWhen } from '../freshness/rebuild-when.js';

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
  readonly rpmKeys?: readonly string[];
  readonly repo?: readonly string[];
  readonly quiet?: true;
  readonly verbose?: true;
  readonly color: boolean;
  readonly verifyFiles?: true;
  readonly engine?: InflateEngine;
}

/** What the commands that ask for the base take besides. */
export interface BaseOptions extends CommonOptions {
  readonly base?: string;
  readonly rpmKeysOfBase?: true;
  readonly rebuildWhen?: RebuildWhen;
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

/** What the commands that verify signatures take besides. */
export interface TrustOptions extends CommonOptions {
  readonly policyJson?: string;
  readonly registriesD?: string;
  readonly requireSignature?: true;
  readonly key: readonly string[];
  readonly certificateIdentity?: string;
  readonly certificateIdentityRegexp?: string;
  readonly certificateOidcIssuer?: string;
  readonly trustedRoot?: string;
  readonly notationDir?: string;
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
    .option(
      '--registries-conf <file>',
      'registries.conf to go by: mirrors, locations, blocked, insecure, naked names (default: the user’s or system’s)',
    )
    .addOption(
      new Option('--tls-verify <bool>', 'false: unverified certificates and plain HTTP are allowed, and reported')
        .argParser(yesOrNo)
        .preset('true')
        .default(true),
    )
    .option('--cache <dir>', 'where facts about layers are kept, or none (default: imgcheck in the XDG cache folder)')
    .addOption(new Option('--jobs <n>', 'layers at once').argParser(jobs).default(Math.max(2, availableParallelism())))
    .option('--quiet', 'nothing on standard error but errors')
    .option('--verbose', 'errors with their causes')
    .option('--no-color', 'no colours (NO_COLOR does the same)');
}

/** For the commands that read packages. */
export function addRpmKeysOption(command: Command): Command {
  return command.addOption(
    new Option('--rpm-keys <path>', 'key file, or folder of them, whose signatures on packages count (may be repeated)')
      .argParser((path: string, paths: readonly string[]) => [...paths, path])
      .default([], 'none'),
  );
}

/** For the commands that judge packages: whose they are, and how old. */
export function addPackageOptions(command: Command): Command {
  return addRpmKeysOption(command)
    .option('--rpm-keys-of-base', 'take the keys in /etc/pki/rpm-gpg of a base that the layers prove')
    .addOption(
      new Option('--repo <url|dir>', 'RPM repository to compare the packages with (may be repeated)')
        .argParser((location: string, all: readonly string[]) => [...all, location])
        .default([], 'none'),
    );
}

/** What the commands that read layers take besides. */
export function addEngineOption(command: Command): Command {
  return command.addOption(
    new Option('--engine <engine>', 'what inflates gzip layers: imgcheck’s own WebAssembly, or node’s zlib')
      .choices(inflateEngines)
      .default('wasm'),
  );
}

export function addBaseOptions(command: Command): Command {
  return command
    .option('--base <reference>', 'the base image it should be built on, or scratch for none')
    .option('--no-releases', 'do not look for the release it was built from among the base’s tags');
}

/** What the commands that give a verdict on the base take besides. */
export function addRebuildOption(command: Command): Command {
  return command.addOption(
    new Option(
      '--rebuild-when <reason>',
      'what a rebuild is wanted for (default: as the policy says, layers-differ)',
    ).choices(rebuildReasons),
  );
}

export function addTrustOptions(command: Command): Command {
  return command
    .option(
      '--policy-json <file>',
      'containers-policy.json(5) (default: the user’s or the system’s, where there is one)',
    )
    .option('--registries-d <dir>', 'containers-registries.d(5), in place of the standard folders')
    .option('--require-signature', 'a signature must hold, whatever the policy accepts')
    .addOption(
      new Option('--key <file>', 'public key (PEM) whose cosign signatures count (may be repeated)')
        .argParser((path: string, paths: readonly string[]) => [...paths, path])
        .default([], 'none'),
    )
    .option('--certificate-identity <name>', 'e-mail or URI whose keyless signatures count')
    .option(
      '--certificate-identity-regexp <pattern>',
      'the same as a regular expression, which must match the whole name',
    )
    .option('--certificate-oidc-issuer <url>', 'who must vouch for that identity')
    .option('--trusted-root <file>', 'sigstore’s trusted_root.json: without it keyless signatures are not checked')
    .option(
      '--notation-dir <dir>',
      'trustpolicy.json and truststore of notation (default: notation in the XDG folder)',
    );
}
