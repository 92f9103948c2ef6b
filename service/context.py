"""What every route is given: settings, the graph and release in force, and the templates."""

from dataclasses import dataclass, field

from loaders.release import Release
from service import asof
from service.compacting import Compacting
from service.graph import Graph
from service.metrics import Metrics
from service.releases import Releases, Serving
from service.settings import Settings
from visual.pages import Templates


@dataclass(frozen=True)
class Context:
    """The service as its routes see it. Within one request it is all of one release."""

    settings: Settings
    releases: Releases
    templates: Templates
    metrics: Metrics
    compacting: Compacting = field(default_factory=Compacting)

    @property
    def serving(self) -> Serving:
        """The release that this request is answered from, with its evaluator."""
        return self.releases.pinned()

    @property
    def graph(self) -> Graph:
        """The graph of this request's release, up to the day that the request asks for."""
        return asof.of(self.serving.graph)

    @property
    def release(self) -> Release:
        """This request's release."""
        return self.serving.release
