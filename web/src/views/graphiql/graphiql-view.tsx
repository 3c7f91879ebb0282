import 'graphiql/style.css'
import { createGraphiQLFetcher } from '@graphiql/toolkit'
import { GraphiQL } from 'graphiql'
import { useMemo } from 'react'
import { authorization } from '../../graph/credential.js'
import { TEXTS } from '../../graph/documents.js'
import { useConsole } from '../../ui/console-context.js'
import { useTheme } from '../../ui/theme.js'
import { prepareWorkers } from './editor-workers.js'

prepareWorkers()

/** GraphiQL on the console's own socket and credential: queries, mutations and subscriptions. */
export function GraphiqlView() {
  const { graph } = useConsole()
  const { shown } = useTheme()
  const fetcher = useMemo(
    () =>
      createGraphiQLFetcher({
        url: new URL('/graphql', location.href).href,
        wsClient: graph.socket,
        headers: authorization(),
      }),
    [graph],
  )
  return (
    <div className="h-full" data-view="graphiql">
      <h1 className="sr-only">GraphiQL</h1>
      <GraphiQL
        fetcher={fetcher}
        forcedTheme={shown}
        defaultQuery={TEXTS.OperationsTable}
        initialVariables={'{ "window": "PT15M", "first": 20 }'}
        shouldPersistHeaders={false}
      />
    </div>
  )
}
