"""All windows of a user agent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from engine.event_loop import all_ended, in_parallel
from engine.infra import FAILURE
from engine.realms import ConsoleMessage
from engine.service_worker.client_concepts import WindowClientFacts
from engine.url import parse_url, same_origin
from engine.webidl.exceptions import DOMException, JSTypeError
from engine.window.document_exchange import commit
from engine.window.documents import Document, new_document
from engine.window.errors import NavigationCancelled, NavigationFailed, PageClosed
from engine.window.file_downloads import FileDownloads
from engine.window.frame_navigation import navigate_a_frame
from engine.window.frames import Frame, about_blank_of, announce_an_initial_document, has_focus
from engine.window.limits import RoomForWindows
from engine.window.local_storage import LocalStorages
from engine.window.navigables import OngoingNavigation
from engine.window.navigation import THE_USER, Navigation, NavigationRequest, fetch_a_document
from engine.window.page import Page
from engine.window.sandboxing import popup_sandbox, put_into

if TYPE_CHECKING:
    from pathlib import Path

    from engine.realms import Environment, UserAgent
    from engine.url import URL, Origin
    from engine.window.navigables import Navigable
    from engine.window.navigation import Initiator


class Windows:
    """A user agent's `windows`. On the browser's thread; `close` before the service workers are closed."""

    def __init__(self, user_agent: UserAgent, downloads: Path | None = None) -> None:
        self.user_agent = user_agent
        self.file_downloads = FileDownloads(user_agent, downloads)
        self.local_storages = LocalStorages(user_agent)
        self.room = RoomForWindows(self)
        self.opened_by_scripts: set[Page] = set()
        """Those of the pages, and those that are about to show their first document."""
        self.on_opened: list[Callable[[Page], object]] = []
        """Called with every page that shows its first document."""
        self.on_closed: list[Callable[[Page], object]] = []
        """Called with every page that is about to lose its last one."""
        self._pages: list[Page] = []
        self._living: dict[Page, None] = {}
        """All that have not ended: also those that show nothing yet, and those that are being closed."""
        self._closed = False
        if user_agent.service_workers is not None:
            user_agent.service_workers.window_clients = _WindowClients(self)

    @property
    def pages(self) -> list[Page]:
        """Those that are open, the oldest first."""
        return list(self._pages)

    async def open(self, url: str, initiator: Initiator) -> Page:
        """Open a page; its document has been parsed as far as it goes without waiting. Raises NavigationFailed, PageClosed."""
        if self._closed:
            raise PageClosed("the browser has been closed")
        page = Page(self)
        page.last_focus = self.user_agent.clock.now()
        if initiator != THE_USER:
            self.opened_by_scripts.add(page)
        try:
            await self.navigate(page, url, initiator)
            if page.document_or_none is None:
                raise NavigationFailed(url, "the answer is that there is nothing to be shown")
        except BaseException:
            # NB: nobody has it who could close it.
            page.end()
            raise
        return page

    async def close(self) -> None:
        """Close all pages, whatever they are in the middle of, and store what they kept."""
        self._closed = True
        pages = list(self._living)
        try:
            await all_ended(self.close_page(page) for page in pages)
            await all_ended(page.settled() for page in pages)
        finally:
            await self.local_storages.close()

    async def close_page(self, page: Page) -> None:
        """Unload its document and forget it. Whoever asks waits for the same end."""
        page.closed = True
        if page.closing is None:
            with self.user_agent.browser_thread.watching():
                page.closing = in_parallel(self._close(page), "closing of a page")
        await page.closing

    async def _close(self, page: Page) -> None:
        document = page.document_or_none
        try:
            page.cancel_the_ongoing_navigation()
            self.forget(page, is_over=False)
            if document is not None:
                await document.say_good_bye()
        finally:
            page.end()

    def remember(self, page: Page) -> None:
        """It has been made. From any thread. (For this package, as are the next two.)"""
        self._living[page] = None
        page.closed = self._closed

    def note_opened(self, page: Page) -> None:
        """It shows a document. Once or more."""
        if page not in self._pages:
            self._pages.append(page)
            for tell in self.on_opened:
                tell(page)

    def forget(self, page: Page, *, is_over: bool = True) -> None:
        """It is none of the pages any more; `is_over`: and nothing of it goes on. Once or more."""
        page.leave_its_group()
        self.opened_by_scripts.discard(page)
        if is_over:
            self._living.pop(page, None)
        if page in self._pages:
            self._pages.remove(page)
            for tell in self.on_closed:
                tell(page)

    async def navigate(self, page: Page, url: str, initiator: Initiator, *, reload: bool = False) -> None:
        """https://html.spec.whatwg.org/multipage/browsing-the-web.html#navigate, for another document of a page.

        Raises NavigationFailed, PageClosed.
        """
        with self.user_agent.browser_thread.watching():
            await self._go(page, Navigation(page, _parsed(url), initiator, reload))

    async def _go(self, page: Page, navigation: Navigation) -> None:
        with OngoingNavigation(page, navigation.url.serialized) as ongoing:
            # 1–19. Fetch the document, unless another navigation is begun meanwhile.
            ongoing.source = await ongoing.before_commit(fetch_a_document(navigation, ongoing))
            if ongoing.source is None:
                return
            # 20–21. Finalize the cross-document navigation.
            document = await commit(page, ongoing)
        # 22. Load the document.
        await document.load()

    def create_an_auxiliary_page(self, opener: Document, name: str) -> Page:
        """https://html.spec.whatwg.org/multipage/document-sequences.html#creating-a-new-auxiliary-browsing-context

        It shows about:blank. On the opener's agent's thread; what is still to be told to the browser's thread is posted there.
        """
        # 1–3. The auxiliary navigable with its initial about:blank, under the opener's policies and popup sandbox.
        page = Page(self, opener)
        self.opened_by_scripts.add(page)
        page.name = name
        page.sandbox = popup_sandbox(opener)
        source = put_into(page.sandbox, about_blank_of(opener))
        document = new_document(page, source, opener.window_agent)
        opener.window_agent.create_realm(document)
        document.is_initial_about_blank = True
        document.loaded.set()
        page.show(document)
        # 4–5. The session storage is a copy of the opener's.
        page.session_storage = {key: dict(items) for key, items in opener.page.session_storage.items()}
        opener.agent.browser_thread.post(self._announce, page, opener)
        return page

    def _announce(self, page: Page, opener: Document) -> None:
        """The page is there, and its document is a client, controlled as its opener is."""
        document = page.document_or_none
        if page.closed or document is None:
            if page.closing is None or page.closing.done:
                page.end()
            return
        page.last_focus = self.user_agent.clock.now()
        self.note_opened(page)
        announce_an_initial_document(document, opener)

    def reload_documents(self, origin: Origin) -> None:
        """https://w3c.github.io/webappsec-clear-site-data/#reload-contexts, for those of an origin

        NB: what is on its way to another document anyway is left alone.
        """
        for page in self._pages:
            for document in _with_frames(page.document):
                if same_origin(document.environment.origin, origin) and not document.navigable.is_navigating:
                    self.navigate_in_parallel(Navigation(document.navigable, document.url, document.environment, reload=True))

    def navigate_in_parallel(self, navigation: Navigation) -> None:
        """A script wants a navigable to go elsewhere."""
        navigable, source = navigation.navigable, navigation.source_environment
        document = navigable.document_or_none
        # https://html.spec.whatwg.org/multipage/browsing-the-web.html#navigate, its step on the unload counter. Who goes already goes
        # nowhere else; and who has gone does not lead its successor.
        if document is None or document.is_unloading or (_is_of(source, navigable) and source is not document.environment):
            return
        url = navigation.url.serialized
        if isinstance(navigable, Frame):
            in_parallel(navigate_a_frame(navigable, navigation), f"navigation of a frame to {url}")
        elif isinstance(navigable, Page):
            in_parallel(self._try_to_go(navigable, navigation), f"navigation to {url}")

    def open_in_parallel(self, document: Document, url: URL, request: NavigationRequest) -> None:
        """A script of the document opens a page that it will not know of."""
        if self._closed or not self.room.for_a_page(document.environment):
            return
        page = Page(self)
        self.opened_by_scripts.add(page)
        page.last_focus = self.user_agent.clock.now()
        page.sandbox = popup_sandbox(document)
        navigation = Navigation(page, url, document.environment, request=request)
        in_parallel(self._try_to_go(page, navigation), f"window.open {url.serialized}")

    async def _try_to_go(self, page: Page, navigation: Navigation) -> None:
        try:
            await self._go(page, navigation)
        except (NavigationCancelled, PageClosed):
            pass
        except NavigationFailed as error:
            # AD-HOC: there is no error page; the old document stays.
            message = ConsoleMessage("error", str(error), "page")
            self.user_agent.embedder.console(navigation.source_environment, message)
        finally:
            if page.document_or_none is None and not page.is_navigating and page.closing is None:
                page.end()


def _is_of(environment: Environment | None, navigable: Navigable) -> bool:
    """Whether it is that of a document which the navigable shows or has shown."""
    document = None if environment is None else environment.global_scope
    return isinstance(document, Document) and document.navigable is navigable


def _with_frames(document: Document) -> Iterator[Document]:
    yield document
    for frame in list(document.frames.values()):
        yield from _with_frames(frame.document)


def _parsed(url: str) -> URL:
    """Raises NavigationFailed."""
    parsed = parse_url(url)
    if parsed is FAILURE:
        raise NavigationFailed(url, "it is no URL")
    return parsed


class _WindowClients:
    """What Clients asks of the window package: see engine.service_worker.clients.WindowClients."""

    def __init__(self, windows: Windows) -> None:
        self._windows = windows

    def facts(self, environment: Environment) -> WindowClientFacts | None:
        """None: its document is not the active one of its window any more."""
        document = self._document_of(environment)
        if document is None:
            return None
        page, navigable = document.page, document.navigable
        return WindowClientFacts(
            frame_type="top-level" if navigable is page else "nested",
            visibility_state="visible" if page.visibility_state == "visible" else "hidden",
            focused=has_focus(document),
            ancestor_origins=environment.ancestor_origins,
            last_focus=navigable.last_focus,
        )

    async def open_window(self, url: URL, initiator: Environment) -> Environment | None:
        """Open a window and return its environment. Raises JSTypeError, and DOMException where there are too many."""
        if not self._windows.room.for_a_page(initiator):
            raise DOMException("scripts have opened too many windows that are still there", "InvalidAccessError")
        try:
            page = await self._windows.open(url.serialized, initiator)
            return page.environment
        except (NavigationFailed, PageClosed) as error:
            raise JSTypeError(str(error)) from error

    async def focus(self, environment: Environment) -> bool:
        """Whether it has the focus now."""
        document = self._document_of(environment)
        if document is None:
            return False
        document.page.last_focus = self._windows.user_agent.clock.now()
        return True

    async def navigate(self, environment: Environment, url: URL) -> Environment | None:
        """The environment of the new document. Raises JSTypeError."""
        document = self._document_of(environment)
        if document is None:
            raise JSTypeError("the window has been closed")
        navigable = document.navigable
        try:
            if isinstance(navigable, Frame):
                await navigate_a_frame(navigable, Navigation(navigable, url, environment))
            else:
                await self._windows.navigate(document.page, url.serialized, environment)
            return navigable.environment
        except (NavigationFailed, PageClosed) as error:
            raise JSTypeError(str(error)) from error

    def _document_of(self, environment: Environment) -> Document | None:
        document = environment.global_scope
        if not isinstance(document, Document) or document.ended or document.navigable.closed:
            return None
        return document if document.navigable.document is document else None
