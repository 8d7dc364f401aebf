import { Command, CommanderError, Option } from 'commander';
import { profileNames } from '../policy/policy.js';
import type { LintOptions } from './lint.js';
import {
  addBaseOptions,
  addCommonOptions,
  addEngineOption,
  addPackageOptions,
  addRebuildOption,
  addRpmKeysOption,
  addTrustOptions,
  type BaseOptions,
  type CommonOptions,
  type TrustOptions,
} from './options.js';
import { applyPolicyDefaults } from './policy-defaults.js';
import type { PolicyInitOptions } from './policy-init.js';
import { version } from './version.js';

/** Of check and lint. */
const machineFormats = ['text', 'json', 'sarif', 'junit', 'github'];

const exitCodes = `
Exit codes:
  0  every required check passed          4  only freshness failed: rebuild needed
  1  a required check failed              3  none failed, but one could not be decided
  2  the command line or policy is wrong  10 network  11 tls  12 auth  13 missing
  14 bytes are not what they claim  15 malformed or past a limit  16 of an unknown kind

Images:
  registry.example.com/team/app:1.2      docker://..., with @sha256:... as well
  oci:DIR[:tag]  oci-archive:FILE[:tag]  docker-archive:FILE[:reference]  dir:DIR

Examples:
  imgcheck registry.access.redhat.com/ubi9/ubi
  imgcheck quay.example.com/app:2 --base registry.access.redhat.com/ubi9/ubi:latest
  imgcheck freshness quay.example.com/app:2 --format json
  imgcheck explain base-current`;

/**
 * Parses the command line and runs the command it names; commands are loaded only when they run.
 * @throws ImgcheckError of any kind
 */
export async function runProgram(args: readonly string[]): Promise<number> {
  let code = 0;
  const program = new Command('imgcheck')
    .description(
      'May I run this container image, and must it be rebuilt? Answers from the registry, without running or unpacking it.',
    )
    .version(version(), '-V, --version')
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', exitCodes)
    .enablePositionalOptions()
    .hook('preAction', (_program, command) => applyPolicyDefaults(command))
    .showHelpAfterError('(imgcheck --help shows every command)')
    .exitOverride();

  const check = program
    .command('check <image...>', { isDefault: true })
    .description('the whole examination, one verdict (the default: imgcheck IMAGE)')
    .action(async (images: string[], options: BaseOptions & TrustOptions) => {
      const { runCheck } = await import('./check.js');
      code = await runCheck(images, options);
    });
  addTrustOptions(
    addPackageOptions(addRebuildOption(addBaseOptions(addEngineOption(addCommonOptions(check, machineFormats))))),
  ).option('--verify-files', 'compare every file of an RPM package with what the package lists, as rpm -V does');

  const freshness = program
    .command('freshness <image...>')
    .description('where its base stands, from manifests and configs alone')
    .action(async (images: string[], options: BaseOptions) => {
      const { runFreshness } = await import('./freshness.js');
      code = await runFreshness(images, options);
    });
  addRebuildOption(addBaseOptions(addCommonOptions(freshness, ['text', 'json'])));

  const verify = program
    .command('verify <image...>')
    .description('who signed it and whether the policy accepts them, and over which line it came; no layer is read')
    .action(async (images: string[], options: TrustOptions) => {
      const { runVerify } = await import('./verify.js');
      code = await runVerify(images, options);
    });
  addTrustOptions(addCommonOptions(verify, ['text', 'json']));

  const layers = program
    .command('layers <image>')
    .description('the layers as a stack: instruction, size, whose they are, what each brought')
    .action(async (image: string, options: BaseOptions) => {
      const { runLayers } = await import('./layers.js');
      code = await runLayers(image, options);
    });
  addPackageOptions(addBaseOptions(addEngineOption(addCommonOptions(layers, ['text', 'json']))));

  const packages = program
    .command('packages <image>')
    .description('what rpm -qa would say, each package with the layer that brought it')
    .action(async (image: string, options: CommonOptions) => {
      const { runPackages } = await import('./packages.js');
      code = await runPackages(image, options);
    });
  addRpmKeysOption(addEngineOption(addCommonOptions(packages, ['text', 'json', 'tsv', 'cyclonedx'])));

  const diff = program
    .command('diff <a> <b>')
    .description('packages, setuid files and other rights, and config that differ between two images')
    .action(async (a: string, b: string, options: CommonOptions) => {
      const { runDiff } = await import('./diff.js');
      code = await runDiff(a, b, options);
    });
  addEngineOption(addCommonOptions(diff, ['text', 'json']));

  const harden = program
    .command('harden <image>')
    .description('the tightest run line or pod that it seems able to bear, each setting with its reason')
    .action(async (image: string, options: CommonOptions) => {
      const { runHarden } = await import('./harden.js');
      code = await runHarden(image, options);
    });
  addEngineOption(addCommonOptions(harden, ['text', 'docker', 'podman', 'kubernetes', 'json']));

  const policy = program.command('policy').description('what the policy files say, and one to begin with');
  policy
    .command('init')
    .description('a policy file to begin with, every key in it with a comment')
    .addOption(new Option('--profile <name>', 'what it begins from').choices(profileNames).default('developer'))
    .option('--output <file>', 'write it to a new file instead of the standard output')
    .action(async (options: PolicyInitOptions) => {
      const { runPolicyInit } = await import('./policy-init.js');
      code = await runPolicyInit(options);
    });
  const show = policy
    .command('show <image>')
    .description('which rules about signatures cover the image, with their keys and files; nothing is fetched')
    .action(async (image: string, options: TrustOptions) => {
      const { runPolicyShow } = await import('./policy-show.js');
      code = await runPolicyShow(image, options);
    });
  addTrustOptions(addCommonOptions(show, ['text', 'json']));

  program
    .command('lint <file...>')
    .description('Dockerfiles, Kubernetes and Compose files, daemon.json, units and seccomp profiles beside the guide')
    .addOption(new Option('--format <format>', 'how to answer').choices(machineFormats).default('text'))
    .option('--output <file>', 'write the answer to a file instead of the standard output')
    .option('--quiet', 'nothing on standard error but errors')
    .option('--no-color', 'no colours (NO_COLOR does the same)')
    .action(async (files: string[], options: LintOptions) => {
      const { runLint } = await import('./lint.js');
      code = await runLint(files, options);
    });

  program
    .command('explain [check]')
    .description('what a check, or a rule of lint, asks, why, and what to do; without a name, the list of both')
    .action(async (id: string | undefined) => {
      const { runExplain } = await import('./explain.js');
      code = await runExplain(id);
    });

  for (const command of [...program.commands, ...policy.commands])
    command.exitOverride().showHelpAfterError('(imgcheck --help shows every command)');
  if (args.length === 0) {
    program.outputHelp({ error: true });
    return 2;
  }
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Commander has already said what is wrong; help and version are no errors.
    return error.exitCode === 0 ? 0 : 2;
  }
  return code;
}
