"""Makes cases.npz: small PyTorch models as state_dicts, and the numbers that PyTorch gives.

    python -m venv /tmp/torch && /tmp/torch/bin/pip install torch numpy
    /tmp/torch/bin/python tests/pytorch/make.py

The tests need no PyTorch; this file says where their numbers come from.
"""

from pathlib import Path

import numpy as np
import torch
from torch import nn

WORDS, IDS = 20, [3, 1, 4, 1, 5, 9, 2, 6]
CASES = {  # module, and its options: every kind, stacked, in both directions, without biases
    "rnn": (nn.RNN, {}),
    "lstm": (nn.LSTM, {}),
    "gru": (nn.GRU, {}),
    "rnn_stacked": (nn.RNN, {"num_layers": 2, "bias": False}),
    "lstm_both": (nn.LSTM, {"num_layers": 2, "bidirectional": True}),
    "gru_both": (nn.GRU, {"num_layers": 2, "bidirectional": True}),
    "gru_plain": (nn.GRU, {"bias": False}),
}


class Reader(nn.Module):
    def __init__(self, kind, options, classes):
        super().__init__()
        self.embedding = nn.Embedding(WORDS, 3)
        self.rnn = kind(3, 4, batch_first=True, **options)
        both = 2 if options.get("bidirectional") else 1
        self.fc = nn.Linear(4 * both, classes)

    def forward(self, ids):
        out, state = self.rnn(self.embedding(ids))
        h = state[0] if isinstance(state, tuple) else state
        both = 2 if self.rnn.bidirectional else 1
        return self.fc(torch.cat(list(h[-both:]), dim=1)), out


def main():
    arrays = {"ids": np.array(IDS)}
    for place, (name, (kind, options)) in enumerate(CASES.items()):
        torch.manual_seed(place)
        model = Reader(kind, options, classes=1 + place % 3).double()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.normal_(0, 0.6)
            model.float().double()  # numbers that single precision holds
            z, out = model(torch.tensor([IDS]))
        arrays |= {f"{name}/z": z[0].numpy(), f"{name}/out": out[0].numpy()}
        for key, value in model.state_dict().items():
            arrays[f"{name}/state/{key}"] = value.numpy()
    np.savez_compressed(Path(__file__).with_name("cases.npz"), **arrays)


if __name__ == "__main__":
    main()
