"""The app beside a room's page in one browser: the class looks at it, so what it computes comes first."""

LIMIT = 60_000  # ms


def test_the_rooms_page_names_the_app_that_is_open_beside_it_whichever_came_first(browser, app_url):
    context = browser.new_context()
    room, app = context.new_page(), context.new_page()
    app.goto(f"{app_url}/?lang=en&tab=learning&view=step&model=language_small")
    app.wait_for_function("typeof veredas === 'object' && veredas.visitor", timeout=LIMIT)
    room.goto(f"{app_url}/room/new?kind=questions&question=bars")

    def named(act) -> dict:
        with room.expect_response(lambda answer: "/projector" in answer.url, timeout=LIMIT) as told:
            act()
        assert told.value.ok
        return told.value.request.post_data_json

    visitor = app.evaluate("veredas.visitor")
    assert named(lambda: room.click("form.new .primary", timeout=LIMIT)) == {"visitor": visitor}
    another = named(app.reload)["visitor"]  # a page that is opened anew says so itself
    assert another != visitor
    context.close()
