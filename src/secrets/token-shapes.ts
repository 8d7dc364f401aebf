/** What a token of one kind looks like. */
export interface TokenShape {
  readonly kind: string;
  /** Texts of which one is in every such token; of at least four bytes. */
  readonly anchors: readonly string[];
  /** Characters of the token before the anchor. */
  readonly before: number;
  /** Sticky: matches at the token's first character. Every quantifier has a bound; a group, if any, is what is secret. */
  readonly pattern: RegExp;
  /** Bits a character at least: less is a sample. */
  readonly entropy: number;
}

/** A token does not begin or end amid letters and digits; a line break written as `\n` is none of them. */
const head = '(?:(?<![A-Za-z0-9_])|(?<=\\\\[nrt]))';
const tail = '(?![A-Za-z0-9_-])';
/** Of those that could lie in base64, whose other characters count too. */
const apart = '(?:(?<![A-Za-z0-9+/_-])|(?<=\\\\[nrt]))';
const alone = '(?![A-Za-z0-9+/=_-])';
const alphabet = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'];

/** `rest` follows one of the prefixes; where its length varies, what comes after it does not matter. */
function token(kind: string, prefixes: string, rest: string, entropy = 2): TokenShape {
  const anchors = prefixes.split(' ');
  const either = anchors.map((one) => one.replace(/[.-]/g, '\\$&')).join('|');
  const end = /,\d+\}$/.test(rest) ? '' : tail;
  return { kind, anchors, before: 0, pattern: new RegExp(`${head}(?:${either})${rest}${end}`, 'y'), entropy };
}

function inBase64(kind: string, prefixes: string, rest: string, entropy: number): TokenShape {
  const anchors = prefixes.split(' ');
  const pattern = new RegExp(`${apart}(?:${anchors.join('|')})${rest}${alone}`, 'y');
  return { kind, anchors, before: 0, pattern, entropy };
}

function around(kind: string, anchors: readonly string[], before: number, body: string, entropy: number): TokenShape {
  return { kind, anchors, before, pattern: new RegExp(`${head}${body}${tail}`, 'y'), entropy };
}

function assigned(kind: string, anchors: string, name: string, value: string): TokenShape {
  const pattern = new RegExp(`${name}["']?[ \\t]{0,8}(?:=>|:=|[=:>])[ \\t]{0,8}["']?(${value})${alone}`, 'y');
  return { kind, anchors: anchors.split(' '), before: 0, pattern, entropy: 3 };
}

const hex = '[0-9a-fA-F]';
const word = '[A-Za-z0-9_-]';
const plain = '[A-Za-z0-9]';

/**
 * Tokens that tell by their own shape what they are. Prefixes, alphabets, lengths and entropies are those of gitleaks
 * 8.30.1 (MIT; see NOTICE), without its rules that need a product's name nearby; Docker's are from its own documentation.
 * docs/secrets.md lists what was left out and why. Whoever changes this raises the analyzer's version.
 */
export const tokenShapes: readonly TokenShape[] = [
  token('GitHub token', 'ghp_ gho_ ghu_ ghs_ ghr_', `${plain}{36,251}`, 3),
  token('GitHub token', 'github_pat_', '[A-Za-z0-9_]{82}', 3),
  token('GitLab token', 'glpat- gldt- glrt- glft- glsoat- glffct-', `${word}{20,300}`, 3),
  token('GitLab token', 'glimt-', `${word}{25,26}`, 3),
  token('GitLab token', 'glcbt-', `${plain}{1,5}_${word}{20}`, 3),
  token('GitLab token', 'glagent-', `${word}{50}`, 3),
  token('GitLab token', 'gloas-', `${word}{64}`, 3),
  token('GitLab token', 'glptt-', '[0-9a-f]{40}', 3),
  token('GitLab token', 'GR1348941', `${word}{20}`, 3),
  token('Docker Hub token', 'dckr_pat_ dckr_oat_', `${word}{27,60}`, 3),
  token('npm token', 'npm_', `${plain}{36}`),
  token('PyPI token', 'pypi-AgEIcHlwaS5vcmc pypi-AgENdGVzdC5weXBpLm9yZ', `${word}{50,1000}`, 3),
  token('RubyGems token', 'rubygems_', '[a-f0-9]{48}'),
  token('Clojars token', 'CLOJARS_', `${plain}{60}`),
  inBase64('AWS access key id', 'AKIA ASIA ABIA ACCA', '[A-Z2-7]{16}', 3),
  assigned(
    'AWS secret access key',
    'secret_access_key SECRET_ACCESS_KEY SecretAccessKey secretAccessKey',
    '(?:secret_access_key|SECRET_ACCESS_KEY|[sS]ecretAccessKey)',
    '[A-Za-z0-9/+]{40}',
  ),
  inBase64('Amazon Bedrock key', 'ABSK', '[A-Za-z0-9+/]{109,269}={0,2}', 3),
  inBase64('Google API key', 'AIza', '[A-Za-z0-9_-]{35}', 4),
  assigned('Azure storage key', 'AccountKey=', 'AccountKey', '[A-Za-z0-9+/]{86}=='),
  assigned('Azure shared access key', 'SharedAccessKey=', 'SharedAccessKey', '[A-Za-z0-9+/]{43}='),
  around(
    'Azure client secret',
    alphabet.flatMap((one) => (/\d/.test(one) ? alphabet.map((next) => `${one}Q~${next}`) : [])),
    3,
    '[A-Za-z0-9_~.]{3}\\dQ~[A-Za-z0-9_~.-]{31,34}',
    3,
  ),
  inBase64('Alibaba access key id', 'LTAI', '[A-Za-z0-9]{20}', 2),
  token('DigitalOcean token', 'doo_v1_ dop_v1_ dor_v1_', '[a-f0-9]{64}', 3),
  token('Slack token', 'xoxb- xoxp- xoxa- xoxr- xoxs- xoxo-', '(?:\\d{1,14}-){0,3}[A-Za-z0-9-]{18,250}', 2),
  token('Slack token', 'xoxe.xoxb- xoxe.xoxp- xoxe-', '\\d-[A-Za-z0-9]{146,166}'),
  token('Slack token', 'xapp-', '\\d-[A-Za-z0-9]{1,40}-\\d{1,40}-[a-zA-Z0-9]{8,100}'),
  token('Slack webhook', 'hooks.slack.com/', '(?:services|workflows|triggers)/[A-Za-z0-9+/]{43,56}', 3),
  token(
    'Microsoft Teams webhook',
    'webhook.office.com/',
    `webhookb2/[a-z0-9@-]{73}/IncomingWebhook/${hex}{32}/[a-z0-9-]{36}`,
  ),
  token('Stripe key', 'sk_live_ rk_live_ sk_prod_ rk_prod_ sk_test_ rk_test_', `${plain}{10,250}`, 3),
  inBase64('Square token', 'EAAA', `${word}{60}`, 3),
  token('Square token', 'sq0atp- sq0csp-', `${word}{22,60}`, 3),
  token('Shopify token', 'shpat_ shpca_ shppa_ shpss_', `${hex}{32}`),
  token('Shippo token', 'shippo_live_ shippo_test_', `${hex}{40}`),
  inBase64('EasyPost key', 'EZAK EZTK', '[A-Za-z0-9]{54}', 3),
  token('Anthropic key', 'sk-ant-api03- sk-ant-admin01-', `${word}{93}AA`, 3),
  token('OpenAI key', 'sk-proj- sk-svcacct- sk-admin-', `${word}{58,74}T3BlbkFJ${word}{58,74}`, 3),
  around('OpenAI key', ['T3BlbkFJ'], 23, `sk-${plain}{20}T3BlbkFJ${plain}{20}`, 3),
  around(
    'Hugging Face token',
    alphabet.map((next) => `hf_${next}`),
    0,
    'hf_[A-Za-z]{34}',
    3,
  ),
  token('Hugging Face token', 'api_org_', '[A-Za-z]{34}', 3),
  token('Perplexity key', 'pplx-', `${plain}{48}`, 4),
  around(
    'SendGrid token',
    [...alphabet, '_', '-'].map((next) => `SG.${next}`),
    0,
    `SG\\.${word}{22}\\.${word}{43}`,
    3,
  ),
  token('Sendinblue token', 'xkeysib-', '[a-f0-9]{64}-[a-zA-Z0-9]{16}'),
  token('HashiCorp Vault token', 'hvs.', `${word}{90,120}`, 3.5),
  token('HashiCorp Vault token', 'hvb.', `${word}{138,300}`, 3.5),
  around('HashiCorp Terraform token', ['.atlasv1.'], 14, `${plain}{14}\\.atlasv1\\.[A-Za-z0-9_=-]{60,70}`, 3.5),
  token('Pulumi token', 'pul-', '[a-f0-9]{40}'),
  token('Databricks token', 'dapi', '[a-f0-9]{32}(?:-\\d)?', 3),
  token('Doppler token', 'dp.pt.', `${plain}{43}`, 3),
  token('Duffel token', 'duffel_test_ duffel_live_', '[A-Za-z0-9_=-]{43}', 3),
  token('Dynatrace token', 'dt0c01.', `${plain}{24}\\.${plain}{64}`, 4),
  token('Fly.io token', 'fo1_', `${word}{43}`, 4),
  token('Fly.io token', 'fm1a_ fm1r_ fm2_', '[A-Za-z0-9+/]{100,2000}={0,3}', 4),
  token('Frame.io token', 'fio-u-', '[A-Za-z0-9_=-]{64}', 3),
  token('Grafana token', 'glc_', '[A-Za-z0-9+/]{32,400}={0,3}', 3),
  token('Grafana token', 'glsa_', `${plain}{32}_${hex}{8}`, 3),
  inBase64('Grafana key', 'eyJrIjoi', '[A-Za-z0-9]{70,400}={0,3}', 3),
  token('Harness key', 'pat. sat.', `${word}{22}\\.${plain}{24}\\.${plain}{20}`, 3),
  token('Heroku key', 'HRKU-AA', `${word}{58}`, 4),
  token('Infracost token', 'ico-', `${plain}{32}`, 3),
  token('JFrog Artifactory key', 'AKCp', `${plain}{69}`, 4.5),
  inBase64('JFrog Artifactory token', 'cmVmd', '[A-Za-z0-9]{59}', 4.5),
  token('Linear key', 'lin_api_', `${plain}{40}`),
  around('MaxMind licence key', ['_mmk'], 36, `${plain}{6}_${plain}{29}_mmk`, 4),
  token('Notion token', 'ntn_', `\\d{11}${plain}{35}`, 4),
  token('Octopus Deploy key', 'API-', '[A-Z0-9]{26}', 3.5),
  token('OpenShift token', 'sha256~', `${word}{43}`, 3.5),
  token('PlanetScale token', 'pscale_tkn_ pscale_oauth_ pscale_pw_', '[A-Za-z0-9_=.-]{32,64}', 3),
  token('Postman key', 'PMAK-', `${hex}{24}-${hex}{34}`, 3),
  token('Prefect token', 'pnu_', `${plain}{36}`, 3),
  token('ReadMe key', 'rdme_', '[a-z0-9]{70}', 3),
  token('Scalingo token', 'tk-us-', `${word}{48}`, 3),
  token('Sentry token', 'sntryu_', '[a-f0-9]{64}', 3.5),
  token('Sentry token', 'sntrys_eyJpYXQiO', '[A-Za-z0-9+/]{20,500}={0,2}_[A-Za-z0-9+/]{43}', 4.5),
  token('SettleMint token', 'sm_aat_ sm_pat_ sm_sat_', `${plain}{16}`, 3),
  token('Sourcegraph token', 'sgp_', `(?:(?:${hex}{16}|local)_)?${hex}{40}`, 3),
  token('Cloudflare origin CA key', 'v1.0-', '[a-f0-9]{24}-[a-f0-9]{146}', 3),
  token('Adobe client secret', 'p8e-', '[A-Za-z0-9]{32}', 3),
  token('1Password service account token', 'ops_eyJ', '[A-Za-z0-9+/]{250,2000}={0,3}', 4),
  token('age secret key', 'AGE-SECRET-KEY-1', '[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}', 3),
];
