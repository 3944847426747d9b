// Starts the query editor against this gateway. A token goes into the headers tab: {"authorization": "Bearer …"}.
const graph = new URL("graphql", location.href);
const live = new URL(graph);
live.protocol = graph.protocol === "https:" ? "wss:" : "ws:";

const example = `# The five targets of Decision 1169/QĐ-TTg, and how far they are.
{
  program {
    name(locale: EN)
    targets {
      target { code name(locale: EN) dueOn }
      headline { value goal status numerator denominator freshness { computedAt isStale } }
    }
  }
}
`;

ReactDOM.createRoot(document.getElementById("graphiql")).render(
  React.createElement(GraphiQL, {
    fetcher: GraphiQL.createFetcher({ url: graph.href, subscriptionUrl: live.href }),
    defaultQuery: example,
  }),
);
