"""The dashboard with a fourth cell registered: python tests/fourth.py --server.port=8501."""

import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

if __name__ == "__main__":
    from minimal import MGU
    from streamlit import config
    from streamlit.web import bootstrap

    from rnnviz.core.cells import register

    register(MGU)
    port = int(sys.argv[1].removeprefix("--server.port="))
    bootstrap.load_config_options({"server_port": port})
    assert config.get_option("server.port") == port
    bootstrap.run(str(ROOT / "app.py"), False, [], {"server_port": port})
