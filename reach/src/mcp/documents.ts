import type { Operation } from '@lighthouse/client/documents'

export const EXPLAIN: Operation<{ readonly explain: object }, { readonly input: object }> = {
  name: 'Explain',
  kind: 'query',
  text: `query Explain($input: ValidationInput!) {
  explain(input: $input) {
    decision
    effects { kind target recursive dynamic }
    rules { id pack reason span { start end } }
    tiers { tier outcome ms }
  }
}`,
}

export const READ_EXPERTS: Operation<{ readonly experts: readonly object[] }, Record<string, never>> = {
  name: 'ReadExperts',
  kind: 'query',
  text: `query ReadExperts {
  experts { id name kind status capabilities currentLoad maxConcurrent answered failed averageMs }
}`,
}
