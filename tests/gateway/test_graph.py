"""The graph over HTTP: what is asked is answered in few calls, and one dead part costs only itself."""

from pathlib import Path

from graphql import GraphQLError

from contracts.outreach.outreach_events import EventState
from contracts.vocabulary import MeasureCode
from gateway.errors import Code, Fault, bad_input, unavailable
from gateway.execution.engine import code_of, status_of
from gateway.schema.ids import global_id
from tests.gateway.conftest import Answer, Graph
from tests.gateway.upstream import HUE, PHU_XUAN, Upstream, event

OPERATIONS = Path(__file__).parent / "operations"
HUE_ID = global_id("Province", HUE)


async def test_a_dead_service_costs_its_cards_and_no_more(graph: Graph) -> None:
    answer = await graph.ask((OPERATIONS / "NationalOverview.graphql").read_text())
    assert answer.status == 200
    targets = answer.body["data"]["program"]["targets"]
    assert [target["target"]["code"] for target in targets] == ["T1", "T2", "T3", "T4", "T5"]
    assert targets[0]["headline"]["value"] == 0.75
    assert targets[4]["headline"] is None
    assert targets[4]["companions"] is None
    assert set(answer.codes) == {"SERVICE_UNAVAILABLE"}
    assert {error["extensions"]["section"] for error in answer.body["errors"]} == {"honors"}


async def test_all_figures_of_a_page_are_one_call_for_each_service(graph: Graph, upstream: Upstream) -> None:
    await graph.ask((OPERATIONS / "NationalOverview.graphql").read_text())
    # plans, tasks and outreach are the same server here; headlines and companions start in the same tick
    assert upstream.calls["/v1/figures:batch"] == 3
    assert upstream.calls["/v1/figures:trend"] == 3


async def test_a_figure_that_is_refused_is_alone_with_its_error(graph: Graph, upstream: Upstream) -> None:
    upstream.refused = {MeasureCode.PEOPLE_COVERED, MeasureCode.TASK_COMMUNICATED}
    query = """{ program { name
      trained: figure(measure: STAFF_TRAINED, knownAt: "2026-01-01T00:00:00Z") { value }
      covered: figure(measure: PEOPLE_COVERED, knownAt: "2026-01-01T00:00:00Z") { value }
      live: figure(measure: PEOPLE_WITH_LIVE_CHANNEL) { value } } }"""
    answer = await graph.ask(query, headers={"accept-language": "en"})
    program = answer.body["data"]["program"]
    assert (answer.status, upstream.calls["/v1/figures:batch"]) == (200, 1)
    assert (program["trained"], program["covered"], program["live"]) == ({"value": 0.75}, None, {"value": 0.75})
    (error,) = answer.body["errors"]
    assert (error["path"], error["message"]) == (["program", "covered"], "Cannot be asked.")
    assert (error["extensions"]["code"], error["extensions"]["section"]) == ("BAD_USER_INPUT", "outreach")


async def test_the_same_figure_asked_twice_is_one_cell(graph: Graph, upstream: Upstream) -> None:
    fields = " ".join(f"f{n}: figure(measure: PEOPLE_COVERED) {{ id value }}" for n in range(5))
    data = (await graph.ask(f'{{ provinceByCode(code: "46") {{ {fields} }} }}')).data
    assert len(upstream.cells) == 1
    assert len({figure["id"] for figure in data["provinceByCode"].values()}) == 1


async def test_lists_of_many_parents_are_one_call(graph: Graph, upstream: Upstream) -> None:
    upstream.record(event(1))
    query = "{ provinces { outreachEvents(first: 2) { nodes { title corrects { id } } } } }"
    data = (await graph.ask(query)).data
    assert len(data["provinces"]) == 34
    assert upstream.calls["/v1/outreach-events:batch-list"] == 1


async def test_a_figure_has_no_meaning_in_some_scopes_and_is_null_without_a_call(
    graph: Graph, upstream: Upstream
) -> None:
    query = '{ communeByCode(code: "19753") { figure(measure: PLAN_PROMULGATED) { value } } }'
    assert (await graph.ask(query)).data == {"communeByCode": {"figure": None}}
    assert upstream.calls["/v1/figures:batch"] == 0


async def test_the_current_figure_keeps_its_id_and_dated_ones_have_their_own(graph: Graph) -> None:
    variables = {
        "scopeId": HUE_ID,
        "measure": "PEOPLE_COVERED",
        "asOf": "2025-12-31",
        "knownAt": "2026-01-01T00:00:00+07:00",
    }
    data = (await graph.ask((OPERATIONS / "FigureAsOf.graphql").read_text(), variables)).data["scope"]
    ids = {data[name]["id"] for name in ("reportedThen", "sameDayKnownNow", "now")}
    assert len(ids) == 3
    assert data["reportedThen"]["knownAt"] == "2025-12-31T17:00:00Z"
    for figure_id in ids:
        found = (await graph.ask("query($id: ID!) { node(id: $id) { id __typename } }", {"id": figure_id})).data
        assert found == {"node": {"id": figure_id, "__typename": "Figure"}}


async def test_an_event_reads_its_place_and_what_it_corrects(graph: Graph, upstream: Upstream) -> None:
    upstream.record(event(1))
    upstream.record(event(2, corrects="e1"))
    query = """query($id: ID!) { outreachEvent(id: $id) {
      title reach language { code } tags { stage { code } } evidenceUrl version viewerCan
      province { code name(locale: EN) } communes { id population { people series { code } } } corrects { eventId }
    } }"""
    found = (await graph.ask(query, {"id": global_id("OutreachEvent", "e2")})).data["outreachEvent"]
    assert found["reach"] == 2**40
    assert found["province"] == {"code": "46", "name": "Huế City"}
    assert found["communes"] == [
        {"id": global_id("Commune", PHU_XUAN), "population": {"people": 700, "series": {"code": "s1"}}}
    ]
    assert found["corrects"] == {"eventId": "1"}
    assert found["evidenceUrl"] is None  # for signed-in viewers


async def test_hidden_equals_absent(graph: Graph, upstream: Upstream) -> None:
    upstream.record(event(1))
    upstream.hidden.add("e1")
    hidden, none = global_id("OutreachEvent", "e1"), global_id("OutreachEvent", "e9")
    query = "query($id: ID!) { node(id: $id) { id } }"
    assert (await graph.ask(query, {"id": hidden})).body == (await graph.ask(query, {"id": none})).body


async def test_pages_go_on_by_cursor_and_count_only_when_asked(graph: Graph, upstream: Upstream) -> None:
    for number in range(5):
        upstream.record(event(number))
    query = """query($after: String) { outreachEvents(first: 2, after: $after) {
      nodes { eventId } pageInfo { hasNextPage endCursor hasPreviousPage } } }"""
    first = (await graph.ask(query)).data["outreachEvents"]
    second = (await graph.ask(query, {"after": first["pageInfo"]["endCursor"]})).data["outreachEvents"]
    assert [node["eventId"] for node in first["nodes"] + second["nodes"]] == ["4", "3", "2", "1"]
    assert second["pageInfo"]["hasPreviousPage"]
    assert upstream.calls["/v1/outreach-events:batch-list"] == 2
    assert (await graph.ask("{ outreachEvents { totalCount } }")).data == {"outreachEvents": {"totalCount": 5}}


async def test_a_cursor_of_another_list_is_refused(graph: Graph, upstream: Upstream) -> None:
    upstream.record(event(1))
    cursor = (await graph.ask("{ outreachEvents { pageInfo { endCursor } } }")).data["outreachEvents"]["pageInfo"]
    query = "query($after: String) { outreachEvents(after: $after, filter: {isCounted: true}) { nodes { id } } }"
    answer = await graph.ask(query, {"after": cursor["endCursor"]})
    assert answer.status == 200
    assert answer.codes == ["CURSOR_INVALID"]


async def test_items_of_a_figure_go_on_by_a_cursor_of_that_figure_filter_and_viewer(graph: Graph) -> None:
    query = """query($measure: MeasureCode!, $outcomes: [FigureItemOutcome!], $after: String) { program {
      figure(measure: $measure) { items(first: 2, after: $after, filter: {outcomes: $outcomes}) {
        nodes { label } pageInfo { hasNextPage endCursor } } } } }"""

    async def items(after: str | None, *, headers: dict[str, str] | None = None, **given: object) -> Answer:
        variables = {"measure": "PEOPLE_COVERED", "outcomes": ["COUNTED"], "after": after, **given}
        return await graph.ask(query, variables, headers=headers)

    first = (await items(None)).data["program"]["figure"]["items"]
    cursor = first["pageInfo"]["endCursor"]
    second = (await items(cursor)).data["program"]["figure"]["items"]
    assert [node["label"] for node in first["nodes"] + second["nodes"]] == [f"item {number}" for number in range(4)]
    assert (await items("item 1")).codes == ["CURSOR_INVALID"]  # the service's own place, and no cursor of ours
    assert (await items(cursor, measure="STAFF_TRAINED")).codes == ["CURSOR_INVALID"]
    assert (await items(cursor, outcomes=["EXCLUDED"])).codes == ["CURSOR_INVALID"]
    assert (await items(cursor, headers=graph.bearer("auditor"))).codes == ["CURSOR_INVALID"]


async def test_the_history_of_an_event_goes_on_by_cursor(graph: Graph, upstream: Upstream) -> None:
    upstream.record(event(1).model_copy(update={"state": EventState.RETRACTED, "version": 2}))
    query = """query($id: ID!, $after: String) { outreachEvent(id: $id) { history(first: 1, after: $after) {
      nodes { version } pageInfo { hasNextPage endCursor } } } }"""
    variables = {"id": global_id("OutreachEvent", "e1")}
    first = (await graph.ask(query, variables)).data["outreachEvent"]["history"]
    assert (first["nodes"], first["pageInfo"]["hasNextPage"]) == ([{"version": 2}], True)
    after = {"after": first["pageInfo"]["endCursor"]}
    assert (await graph.ask(query, {**variables, **after})).data["outreachEvent"]["history"]["nodes"] == [
        {"version": 1}
    ]
    assert (await graph.ask(query, {**variables, "after": "2"})).codes == ["CURSOR_INVALID"]


async def test_texts_follow_the_argument_then_the_header_then_vietnamese(graph: Graph) -> None:
    query = "{ program { a: motto b: motto(locale: EN) } }"
    plain = (await graph.ask(query)).data["program"]
    english = (await graph.ask(query, headers={"accept-language": "en-GB, vi;q=0.5"})).data["program"]
    assert english["a"] == plain["b"] != plain["a"]


async def test_a_trend_of_more_than_120_points_is_refused(graph: Graph) -> None:
    query = "{ program { figure(measure: PEOPLE_COVERED) { trend(interval: DAY) { asOf } } } }"
    answer = await graph.ask(query)
    assert answer.codes == ["BAD_USER_INPUT"]
    assert answer.body["data"]["program"]["figure"] == {"trend": None}


async def test_a_slow_service_is_unavailable_and_the_rest_renders(graph: Graph, upstream: Upstream) -> None:
    upstream.slow = 2.0
    answer = await graph.ask(
        '{ program { name } provinceByCode(code: "46") { figure(measure: PEOPLE_COVERED) { id } } }'
    )
    assert answer.body["data"]["program"]["name"]
    assert answer.codes == ["SERVICE_UNAVAILABLE"]


async def test_who_asks_goes_with_every_call_and_a_bad_token_is_refused(graph: Graph, upstream: Upstream) -> None:
    headers = graph.bearer("provincial_officer", "H57")
    data = (await graph.ask("{ viewer { name grants { role scope { id } } } outreachEvents { nodes { id } } }",
                            headers=headers)).data  # fmt: skip
    assert data["viewer"]["grants"] == [{"role": "PROVINCIAL_OFFICER", "scope": {"id": HUE_ID}}]
    assert upstream.headers["authorization"] == headers["authorization"]
    assert {"traceparent", "accept-language", "lantoa-deadline"} <= set(upstream.headers)
    refused = await graph.ask("{ program { id } }", headers={"authorization": "Bearer x"})
    assert (refused.status, refused.codes) == (401, ["UNAUTHENTICATED"])


async def test_what_a_viewer_may_do_follows_scope(graph: Graph) -> None:
    query = '{ mine: provinceByCode(code: "46") { viewerCan } other: provinceByCode(code: "01") { viewerCan } }'
    data = (await graph.ask(query, headers=graph.bearer("provincial_officer", "H57"))).data
    assert "RECORD_OUTREACH_EVENT" in data["mine"]["viewerCan"]
    assert data["other"]["viewerCan"] == []
    assert (await graph.ask(query)).data["mine"]["viewerCan"] == []


RETRACT = """mutation($input: TransitionWithReasonInput!) { retractOutreachEvent(input: $input) {
  outreachEvent { id version state } userErrors { code field message } } }"""


def retraction(number: int, *, version: int = 1, reason: str = "Phát nhầm bản tin cũ") -> dict[str, object]:
    """Variables of RETRACT."""
    step = {"idempotencyKey": "key-12345", "expectedVersion": version, "reason": reason}
    return {"input": {"id": global_id("OutreachEvent", f"e{number}"), **step}}


async def test_a_change_answers_with_the_object_as_it_stands(graph: Graph, upstream: Upstream) -> None:
    upstream.record(event(1))
    answer = await graph.ask(RETRACT, retraction(1), headers=graph.bearer("provincial_officer", "H57"))
    payload = answer.data["retractOutreachEvent"]
    assert payload["userErrors"] == []
    assert (payload["outreachEvent"]["state"], payload["outreachEvent"]["version"]) == ("RETRACTED", 2)
    assert upstream.headers["idempotency-key"] == "key-12345"


async def test_what_a_person_can_mend_is_a_user_error(graph: Graph, upstream: Upstream) -> None:
    upstream.record(event(1))
    officer = graph.bearer("provincial_officer", "H57")

    async def refused(variables: dict[str, object], headers: dict[str, str]) -> tuple[str, list[str] | None, bool]:
        payload = (await graph.ask(RETRACT, variables, headers=headers)).data["retractOutreachEvent"]
        (error,) = payload["userErrors"]
        return error["code"], error["field"], payload["outreachEvent"] is not None

    assert await refused(retraction(1, version=7), officer) == ("VERSION_CONFLICT", ["expectedVersion"], True)
    assert await refused(retraction(1, reason="ngắn"), officer) == ("INVALID", ["reason"], True)
    assert await refused(retraction(1, reason=""), officer) == ("REQUIRED", ["reason"], True)
    assert await refused(retraction(9), officer) == ("NOT_FOUND", None, False)
    assert await refused(retraction(1), {}) == ("NOT_PERMITTED", None, True)


async def test_a_change_with_a_dead_service_has_an_unknown_outcome(graph: Graph, upstream: Upstream) -> None:
    upstream.slow = 2.0
    answer = await graph.ask(RETRACT, retraction(1), headers=graph.bearer("provincial_officer", "H57"))
    assert answer.body["data"] == {"retractOutreachEvent": None}
    assert answer.codes == ["SERVICE_UNAVAILABLE"]


async def test_only_json_of_a_bounded_size_is_read(graph: Graph) -> None:
    assert (await graph.post(b"{}", headers={"content-type": "text/plain"})).status == 415
    assert (await graph.post(b"{", headers={"content-type": "application/json"})).status == 400
    assert (await graph.post(b"[]", headers={"content-type": "application/json"})).codes == ["BAD_USER_INPUT"]
    large = b'{"query": "' + b" " * 300_000 + b'{ program { id } }"}'
    assert (await graph.post(large, headers={"content-type": "application/json"})).status == 413


async def test_documents_that_do_not_fit_are_refused_with_their_code(graph: Graph) -> None:
    for query, code in {
        "{": "GRAPHQL_PARSE_FAILED",
        "{ nothing }": "GRAPHQL_VALIDATION_FAILED",
        "query A { program { id } } query B { program { id } }": "BAD_USER_INPUT",
        "subscription { figureUpdated(scopeIds: [], measures: []) { id } }": "BAD_USER_INPUT",
        '{ provinces(asOf: "yesterday") { id } }': "GRAPHQL_VALIDATION_FAILED",
    }.items():
        answer = await graph.ask(query)
        assert (answer.status, answer.codes) == (400, [code]), query
        assert answer.media_type == "application/graphql-response+json"
        assert answer.body["errors"][0]["extensions"]["requestId"]


async def test_a_mistake_of_the_client_is_never_a_fault_of_ours(graph: Graph) -> None:
    for field in ("bodies", "communes", "terms"):
        selection = "{ nodes { __typename } }"
        for arguments, code in {'after: "x"': "CURSOR_INVALID", "first: 101": "BAD_USER_INPUT"}.items():
            named = f"vocabulary: STAGE, {arguments}" if field == "terms" else arguments
            answer = await graph.ask(f"{{ {field}({named}) {selection} }}")
            assert (answer.status, answer.codes) == (400, [code]), (field, arguments)
            assert "data" not in answer.body
    query = 'query($code: String = "46") { provinceByCode(code: $code) { id } communes { nodes { id } } }'
    answer = await graph.ask(query, {"code": None})
    assert (answer.status, answer.codes) == (200, ["BAD_USER_INPUT"])
    too_many = [global_id("Province", HUE)] * 51
    answer = await graph.ask("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": too_many})
    assert (answer.status, answer.codes) == (400, ["BAD_USER_INPUT"])


def test_an_answer_without_data_is_a_5xx_only_where_the_fault_is_ours() -> None:
    def status(*errors: Exception | None) -> int:
        found = [GraphQLError("x", path=["field"], original_error=error) for error in errors]
        return status_of({code_of(error) for error in found})

    forbidden, asked = Fault(Code.FORBIDDEN, vi="", en=""), bad_input("", "")
    assert (status(None), status(asked), status(forbidden), status(asked, forbidden)) == (400, 400, 403, 400)
    assert (status(unavailable("plans")), status(asked, unavailable("plans"))) == (503, 503)
    assert (status(ValueError()), status(ValueError(), unavailable("plans"), asked)) == (500, 500)


async def test_the_editor_loads_from_here_alone(graph: Graph) -> None:
    async with graph.session.get(graph.url + "/graphiql") as page:
        html = await page.text()
        assert page.headers["content-security-policy"].startswith("default-src 'self'")
    assert "http" not in html
    async with graph.session.get(graph.url + "/graphiql/graphiql.min.js") as script:
        assert script.status == 200
    async with graph.session.get(graph.url + "/graphiql/../app.py") as other:
        assert other.status == 404
