import {
  createRootRoute,
  createRoute,
  createRouter,
  type ErrorComponentProps,
  lazyRouteComponent,
  retainSearchParams,
} from '@tanstack/react-router'
import { Shell } from './ui/shell.js'
import { EmptyState } from './ui/states.js'
import { readTimeSearch, type TimeSearch } from './ui/time-range.js'
import { readDecisionsSearch } from './views/decisions/decisions-search.js'
import { NowView } from './views/now/now-view.js'
import { readOperationsSearch } from './views/operations/operations-search.js'
import { readWalkSearch } from './views/walk/walk-search.js'

/** A view whose code could not be fetched (the gateway is away, or was replaced) or that failed while drawing. */
function BrokenView({ error, reset }: ErrorComponentProps) {
  return (
    <EmptyState title="This view could not be shown">
      <span className="block">{error instanceof Error ? error.message : String(error)}</span>
      <button type="button" className="framed-button mt-3" onClick={reset}>
        Try again
      </button>
    </EmptyState>
  )
}

const root = createRootRoute({
  component: Shell,
  validateSearch: (raw: Record<string, unknown>): TimeSearch => readTimeSearch(raw),
  search: { middlewares: [retainSearchParams(['range', 'from', 'to', 'tz'])] },
  notFoundComponent: () => (
    <EmptyState title="There is no view at this address.">The rail on the left has them all.</EmptyState>
  ),
})

const now = createRoute({ getParentRoute: () => root, path: '/', component: NowView })
export const operationsRoute = createRoute({
  getParentRoute: () => root,
  path: '/operations',
  validateSearch: readOperationsSearch,
  component: lazyRouteComponent(() => import('./views/operations/operations-view.js'), 'OperationsView'),
})
export const decisionsRoute = createRoute({
  getParentRoute: () => root,
  path: '/decisions',
  validateSearch: readDecisionsSearch,
  component: lazyRouteComponent(() => import('./views/decisions/decisions-view.js'), 'DecisionsView'),
})
export const walkRoute = createRoute({
  getParentRoute: () => root,
  path: '/walk',
  validateSearch: readWalkSearch,
  component: lazyRouteComponent(() => import('./views/walk/walk-view.js'), 'WalkView'),
})
const graphiql = createRoute({
  getParentRoute: () => root,
  path: '/graphiql',
  component: lazyRouteComponent(() => import('./views/graphiql/graphiql-view.js'), 'GraphiqlView'),
})

/** The console's routes, under the address at which the gateway serves them. */
export const router = createRouter({
  routeTree: root.addChildren([now, operationsRoute, decisionsRoute, walkRoute, graphiql]),
  basepath: '/console',
  defaultPreload: 'intent',
  defaultErrorComponent: BrokenView,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
