import pg from 'pg';
import { z } from 'zod';
import type { Log } from '../log.ts';
import { databaseNotice } from '../db/database.ts';

const settings: Readonly<Record<string, string>> = {
  session_preload_libraries: 'auto_explain',
  'auto_explain.log_min_duration': '0',
  'auto_explain.log_analyze': 'on',
  'auto_explain.log_timing': 'off',
  'auto_explain.log_nested_statements': 'on',
  'auto_explain.log_triggers': 'on',
  'auto_explain.log_format': 'json',
  'auto_explain.log_level': 'notice',
};

/** From now on PostgreSQL tells whoever connects to the database the plan of every statement, nested ones too. */
export async function explainEverything(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    for (const [setting, value] of Object.entries(settings)) {
      await client.query(`alter database ${client.database} set ${setting} = '${value}'`);
    }
  } finally {
    await client.end();
  }
}

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string | undefined;
  readonly 'Index Name'?: string | undefined;
  readonly 'Actual Rows'?: number | undefined;
  readonly 'Actual Loops'?: number | undefined;
  readonly 'Rows Removed by Filter'?: number | undefined;
  readonly 'Rows Removed by Join Filter'?: number | undefined;
  readonly Plans?: readonly PlanNode[] | undefined;
}

const PlanNodeSchema: z.ZodType<PlanNode> = z.lazy(() =>
  z.object({
    'Node Type': z.string(),
    'Relation Name': z.string().optional(),
    'Index Name': z.string().optional(),
    'Actual Rows': z.number().optional(),
    'Actual Loops': z.number().optional(),
    'Rows Removed by Filter': z.number().optional(),
    'Rows Removed by Join Filter': z.number().optional(),
    Plans: z.array(PlanNodeSchema).optional(),
  }),
);
const Told = z.object({
  'Query Text': z.string(),
  Plan: PlanNodeSchema,
  Triggers: z.array(z.object({ Relation: z.string().optional() })).default([]),
});

/** A step of a plan, and the kind of step that asked it for rows. */
type PlanStep = PlanNode & { readonly under: string | null };

/** A statement as PostgreSQL carried it out. */
export interface ExecutedPlan {
  readonly query: string;
  readonly steps: readonly PlanStep[];
  /** Tables whose triggers ran, once for each trigger. */
  readonly written: readonly string[];
}

/** A log that keeps the plans it is told of. */
export function planLog(): { readonly log: Log; readonly plans: ExecutedPlan[] } {
  const plans: ExecutedPlan[] = [];
  const log: Log = {
    debug(details, message) {
      if (message !== databaseNotice || !('notice' in details)) return;
      const told = /^duration: [^{]*plan:\s*(\{.*)$/s.exec(String(details.notice))?.[1];
      if (told === undefined) return;
      const read = Told.parse(JSON.parse(told));
      plans.push({
        query: read['Query Text'].replaceAll(/\s+/g, ' ').trim(),
        steps: stepsOf(read.Plan, null),
        written: read.Triggers.flatMap(({ Relation }) => Relation ?? []),
      });
    },
    info() {},
    warn() {},
    error() {},
  };
  return { log, plans };
}

function stepsOf(plan: PlanNode, under: string | null): PlanStep[] {
  return [{ ...plan, under }, ...(plan.Plans ?? []).flatMap((each) => stepsOf(each, plan['Node Type']))];
}

/** Rows a step of a plan looked at, those it did not want included. */
export function rowsLookedAt(node: PlanNode): number {
  const removed = (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Join Filter'] ?? 0);
  const each = (node['Actual Rows'] ?? 0) + removed;
  return each * (node['Actual Loops'] ?? 1);
}
