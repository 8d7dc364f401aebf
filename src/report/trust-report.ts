import type { SelectedRequirements } from '../containers/policy-scope.js';
import type { Rule } from '../signature/rule.js';
import type { RuleSet } from '../signature/rules.js';

/** Which rules cover an image, from which files: what `imgcheck policy show` prints. docs/trust.schema.json describes it. */
export interface TrustReport {
  readonly schemaVersion: 1;
  readonly image: string;
  /** The physical places that would be asked, in their order. */
  readonly sources: readonly string[];
  /** The scope of policy.json that decides; absent where there is no such file. */
  readonly policy?: {
    readonly path: string;
    readonly transport: string;
    readonly scope: string;
    readonly from: SelectedRequirements['from'];
  };
  readonly rules: readonly {
    readonly name: string;
    readonly from: string;
    readonly trusts: readonly string[];
    readonly verifies: boolean;
    readonly problem?: string;
  }[];
  readonly lookaside?: string;
  /** Whether signatures under cosign's tags count for policy.json. */
  readonly attachments: boolean;
}

export function reportRules({ rules, selected }: RuleSet): Pick<TrustReport, 'policy' | 'rules'> {
  return {
    ...(selected
      ? {
          policy: { path: selected.path, transport: selected.transport, scope: selected.scope, from: selected.from },
        }
      : {}),
    rules: rules.map(reportRule),
  };
}

function reportRule(rule: Rule): TrustReport['rules'][number] {
  const { name, from } = rule;
  return {
    name,
    from,
    trusts:
      rule.kind === 'verify' ? rule.trusts : rule.kind === 'base' ? [`the base: ${JSON.stringify(rule.identity)}`] : [],
    verifies: rule.kind === 'verify' || rule.kind === 'base',
    ...(rule.kind === 'broken' ? { problem: rule.reason } : {}),
  };
}
