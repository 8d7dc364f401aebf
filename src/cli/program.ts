import { Command, CommanderError } from 'commander';
import { addBaseOptions, addCommonOptions, type BaseOptions, type CommonOptions } from './options.js';
import { version } from './version.js';

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
    .showHelpAfterError('(imgcheck --help shows every command)')
    .exitOverride();

  const check = program
    .command('check <image...>', { isDefault: true })
    .description('the whole examination, one verdict (the default: imgcheck IMAGE)')
    .action(async (images: string[], options: BaseOptions) => {
      const { runCheck } = await import('./check.js');
      code = await runCheck(images, options);
    });
  addBaseOptions(addCommonOptions(check, ['text', 'json'])).option(
    '--verify-files',
    'compare every file of an RPM package with what the package lists, as rpm -V does',
  );

  const freshness = program
    .command('freshness <image...>')
    .description('where its base stands, from manifests and configs alone')
    .action(async (images: string[], options: BaseOptions) => {
      const { runFreshness } = await import('./freshness.js');
      code = await runFreshness(images, options);
    });
  addBaseOptions(addCommonOptions(freshness, ['text', 'json']));

  const layers = program
    .command('layers <image>')
    .description('the layers as a stack: instruction, size, whose they are, what each brought')
    .action(async (image: string, options: BaseOptions) => {
      const { runLayers } = await import('./layers.js');
      code = await runLayers(image, options);
    });
  addBaseOptions(addCommonOptions(layers, ['text', 'json']));

  const packages = program
    .command('packages <image>')
    .description('what rpm -qa would say, each package with the layer that brought it')
    .action(async (image: string, options: CommonOptions) => {
      const { runPackages } = await import('./packages.js');
      code = await runPackages(image, options);
    });
  addCommonOptions(packages, ['text', 'json', 'tsv', 'cyclonedx']);

  program
    .command('explain [check]')
    .description('what a check asks, why, and what to do; without a name, the list of checks')
    .action(async (id: string | undefined) => {
      const { runExplain } = await import('./explain.js');
      code = await runExplain(id);
    });

  for (const command of program.commands)
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
