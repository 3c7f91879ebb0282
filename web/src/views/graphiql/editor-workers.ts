import type { Environment } from 'monaco-editor'
import EditorWorker from './workers/editor.js?worker'
import GraphqlWorker from './workers/graphql.js?worker'
import JsonWorker from './workers/json.js?worker'

/**
 * Tells Monaco where its workers are. GraphiQL's own setup-workers entry does the same and cannot be pre-bundled by
 * `vite dev` (graphql/graphiql#4473): three files of our own that import the workers can.
 */
export function prepareWorkers(): void {
  const environment: Environment = {
    getWorker(_, label) {
      if (label === 'json') return new JsonWorker()
      if (label === 'graphql') return new GraphqlWorker()
      return new EditorWorker()
    },
  }
  Object.assign(globalThis, { MonacoEnvironment: environment })
}
