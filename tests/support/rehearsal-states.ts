import type { ConsoleSamples } from './console-samples.ts';
import { all, dialogSeen, press, seen, type ConsoleState } from './console-steps.ts';

const evaluated = 'Append(ToLower([mailNickname]), IIF([department] = "Sales", "@s", "@contoso.example"))';
const mistaken = 'Append(toLower([mailNickname]), "@contoso.example")';

/** Returns the states of the tools of an application: expressions, Provision on demand, provisioning logs, comparison and faults. */
export function rehearsalStates(samples: ConsoleSamples): readonly ConsoleState[] {
  const { tenant, application, tenantUser, tenantSkipped, provisioningLog } = samples;
  const base = `/rehearsal/${tenant}/applications/${application}`;
  const expression = (text: string) =>
    `${base}/expressions?expression=${encodeURIComponent(text)}&object=${tenantUser}`;
  return [
    { name: 'expression evaluated', path: expression(evaluated), show: seen('Value of each part') },
    { name: 'expression mistaken', path: expression(mistaken), show: seen(/case-sensitive; write ToLower/) },
    {
      name: 'on demand skipped',
      path: `${base}/on-demand?object=${tenantSkipped}`,
      show: all(press('button', /^Provision /), seen(/ was skipped/)),
    },
    { name: 'on demand for a group', path: `${base}/on-demand?type=Group` },
    { name: 'provisioning logs', path: `${base}/logs` },
    { name: 'provisioning log at its address', path: `${base}/logs?log=${provisioningLog}`, show: dialogSeen },
    { name: 'provisioning logs none found', path: `${base}/logs?search=zzz`, isEmpty: true },
    {
      name: 'comparison',
      path: `${base}/compare`,
      show: all(press('button', 'Compare both sides'), seen('Compare again')),
    },
    { name: 'faults on demand', path: `${base}/faults` },
  ];
}
