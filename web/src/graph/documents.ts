import { gql } from '@urql/core'
import type * as R from './generated/results.js'

/**
 * Every operation that the console asks, by name. The names are what the console's own traffic is measured under, so
 * they are part of its face. generated/results.ts is written from these texts; test/documents.test.ts compares both with the SDL.
 */
export const TEXTS = {
  NowLive: `subscription NowLive($intervalMs: Int!) {
  liveMetrics(intervalMs: $intervalMs) {
    at
    windowMs
    traces
    total { count errors ratePerSecond p50Ms p95Ms p99Ms }
    operations { name count errors ratePerSecond p50Ms p95Ms p99Ms }
    tiers { tier hits misses hitRatio }
  }
}`,
  NowHistory: `query NowHistory($window: Duration!, $points: Int!) {
  latencySeries(window: $window, points: $points) { at count errors p50Ms p95Ms p99Ms }
}`,
  NowTiers: `query NowTiers($window: Duration!) {
  tierStats(window: $window) { tier requests hits misses errors hitRatio p50Ms p95Ms p99Ms }
}`,
  NowMarks: `query NowMarks {
  events(last: 50, filter: { types: [FLAG_CHANGED, POLICY_PUBLISHED, ROLLBACK_STARTED, ROLLBACK_COMPLETED, REGRESSION_DETECTED, SYSTEM_STARTED] }) {
    events { id sequence type timestamp aggregateId }
  }
}`,
  OperationsTable: `query OperationsTable($window: Duration!, $first: Int!) {
  operations(window: $window, first: $first) {
    name
    type
    count
    errors
    errorRate
    ratePerSecond
    p50Ms
    p95Ms
    p99Ms
    maxMs
    totalMs
  }
}`,
  OperationDetail: `query OperationDetail($operation: String!, $window: Duration!, $points: Int!) {
  latency(operation: $operation, window: $window) { count errors p50Ms p90Ms p95Ms p99Ms p999Ms meanMs maxMs }
  latencySeries(operation: $operation, window: $window, points: $points) { at count errors p50Ms p95Ms p99Ms }
}`,
  DecisionFeed: `subscription DecisionFeed {
  decisionStream {
    id
    decision
    tier
    originTier
    confidence
    riskLevel
    reason
    cacheHit
    processingMs
    toolName
    subject
    decidedAt
    traceId
    agent { id }
  }
}`,
  DecisionsTable: `query DecisionsTable($last: Int!) {
  decisions(last: $last) {
    id
    decision
    tier
    originTier
    confidence
    riskLevel
    reason
    cacheHit
    processingMs
    toolName
    subject
    decidedAt
    traceId
    agent { id }
  }
}`,
  DecisionDetail: `query DecisionDetail($id: ID!) {
  decision(id: $id) {
    id
    decision
    tier
    originTier
    confidence
    confidenceScore
    riskLevel
    reason
    cacheHit
    tierTimings { tier ms outcome }
    processingMs
    policyVersion
    toolName
    subject
    decidedAt
    traceId
    agent { id name role }
    rule { id pack decision riskLevel description matchCount }
    consultation { id status decision confidence reasoning quorum votes { expert { id name kind } decision confidence reasoning ms } }
    events { id sequence type timestamp }
  }
}`,
  DecisionExplanation: `query DecisionExplanation($id: ID!) {
  decision(id: $id) {
    id
    explanation {
      decision
      tier
      tree
      effects { kind target recursive dynamic span { start end } }
      rules { id reason riskLevel span { start end } }
      tiers { tier outcome decision reason }
      changes { what decision span { start end } }
    }
  }
}`,
  WalkList: `query WalkList($first: Int!) {
  walks(first: $first) { traceId operation startedAt durationMs stopCount }
}`,
  WalkDetail: `query WalkDetail($traceId: ID!) {
  walk(traceId: $traceId) {
    traceId
    operation
    startedAt
    durationMs
    stops { stop process startMs durationMs }
  }
}`,
  WhoAmI: `query WhoAmI {
  me { id name role }
}`,
  ReportShown: `mutation ReportShown($input: [ShownInput!]!) {
  reportShown(input: $input)
}`,
} as const

export const NowLive = gql<R.NowLiveData, R.NowLiveVariables>(TEXTS.NowLive)
export const NowHistory = gql<R.NowHistoryData, R.NowHistoryVariables>(TEXTS.NowHistory)
export const NowTiers = gql<R.NowTiersData, R.NowTiersVariables>(TEXTS.NowTiers)
export const NowMarks = gql<R.NowMarksData, R.NowMarksVariables>(TEXTS.NowMarks)
export const OperationsTable = gql<R.OperationsTableData, R.OperationsTableVariables>(TEXTS.OperationsTable)
export const OperationDetail = gql<R.OperationDetailData, R.OperationDetailVariables>(TEXTS.OperationDetail)
export const DecisionFeed = gql<R.DecisionFeedData, R.DecisionFeedVariables>(TEXTS.DecisionFeed)
export const DecisionsTable = gql<R.DecisionsTableData, R.DecisionsTableVariables>(TEXTS.DecisionsTable)
export const DecisionDetail = gql<R.DecisionDetailData, R.DecisionDetailVariables>(TEXTS.DecisionDetail)
export const DecisionExplanation = gql<R.DecisionExplanationData, R.DecisionExplanationVariables>(
  TEXTS.DecisionExplanation,
)
export const WalkList = gql<R.WalkListData, R.WalkListVariables>(TEXTS.WalkList)
export const WalkDetail = gql<R.WalkDetailData, R.WalkDetailVariables>(TEXTS.WalkDetail)
export const WhoAmI = gql<R.WhoAmIData, R.WhoAmIVariables>(TEXTS.WhoAmI)
export const ReportShown = gql<R.ReportShownData, R.ReportShownVariables>(TEXTS.ReportShown)
