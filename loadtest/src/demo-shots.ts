import { mix, readCorpus } from './mix.js'
import { type Random, zipf } from './random.js'
import { query, type Shot, validation } from './shot.js'

/** What a console, an analyst and an operator look at, by how often. Each crosses the graph in its own way. */
const READS: readonly (readonly [operation: string, weight: number, text: string])[] = [
  [
    'AgentOverview',
    10,
    `query AgentOverview { me { id name role createdAt events(last: 5) { sequence type timestamp } } }`,
  ],
  [
    'RecentDecisions',
    12,
    `query RecentDecisions($last: Int) { decisions(last: $last) { id decision tier confidence reason processingMs
      agent { id name role } rule { id description riskLevel } consultation { id status votes { decision ms } } } }`,
  ],
  [
    'DecisionTrail',
    5,
    `query DecisionTrail { decisions(last: 3) { id decision tierTimings { tier ms outcome } events { sequence type } } }`,
  ],
  [
    'LatencyPanel',
    8,
    `query LatencyPanel { latency(operation: "ValidateCommand", window: "PT5M") { count p50Ms p95Ms p99Ms } }`,
  ],
  [
    'OperationBoard',
    3,
    `query OperationBoard { operations(window: "PT15M", first: 20) { name count errors p50Ms p95Ms p99Ms } }`,
  ],
  ['TierPanel', 4, `query TierPanel { tierStats(window: "PT15M") { tier requests hits hitRatio p99Ms } }`],
  [
    'EventTail',
    8,
    `query EventTail($last: Int) { events(last: $last) { lastSequence events { sequence type timestamp agent { id } } } }`,
  ],
  [
    'PolicyOverview',
    4,
    `query PolicyOverview { policy { version ruleCount } rules { id decision matchCount } }`,
  ],
  ['FlagBoard', 2, `query FlagBoard { flags { name state rolloutPercentage } }`],
  [
    'ExpertBoard',
    4,
    `query ExpertBoard { experts { id kind status currentLoad answered averageMs } consultations(last: 5) { id status } }`,
  ],
]

/** Of 100 operations, how many are commands to validate; the rest are reads. */
const VALIDATIONS = 60

/** Draws the demo's operations without end. */
export function demoShots(random: Random): (sessionId: string) => Shot {
  const commands = mix({ random, corpus: readCorpus(), shares: { safe: 70, risky: 20, complex: 10 } })
  const total = READS.reduce((sum, [, weight]) => sum + weight, 0)
  const pageSize = zipf(random, 20, 0.7)
  return (sessionId) => {
    if (random() * 100 < VALIDATIONS) return validation(commands(), sessionId)
    let at = random() * total
    const read = READS.find(([, weight]) => (at -= weight) < 0) ?? READS[0]
    if (!read) throw new Error('the demo has no reads')
    const [operation, , text] = read
    return query(operation, text, text.includes('$last') ? { last: pageSize() + 5 } : {})
  }
}
