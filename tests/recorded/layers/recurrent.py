"""Recurrent layers and cells."""

CASES = [
    ("nn.RNN(2, 2)", (3, 2, 2)),
    ("nn.RNN(2, 2, 1, 'relu', bias=False)", (3, 1, 2), (1, 1, 2)),
    ("nn.RNN(2, 1, 2, batch_first=True, bidirectional=True)", (1, 2, 2), (4, 1, 1)),
    ("nn.RNN(1, 2)", (2, 1)),
    ("nn.GRU(2, 2)", (3, 2, 2)),
    ("nn.GRU(2, 1, 2, bias=False, batch_first=True)", (2, 3, 2), (2, 2, 1)),
    ("nn.GRU(2, 1, bidirectional=True)", (3, 1, 2)),
    ("nn.GRU(1, 2)", (2, 1), (1, 2)),
    ("nn.LSTM(2, 2)", (3, 2, 2)),
    ("nn.LSTM(2, 1, 2, bias=False, batch_first=True)", (2, 3, 2)),
    ("nn.LSTM(1, 1, 2, bidirectional=True)", (3, 1, 1)),
    ("nn.LSTM(1, 2)", (2, 1)),
    ("nn.RNNCell(2, 3)", (2, 2)),
    ("nn.RNNCell(2, 2, False, 'relu')", (2, 2), (2, 2)),
    ("nn.RNNCell(2, 2)", (2,)),
    ("nn.LSTMCell(2, 2)", (2, 2)),
    ("nn.LSTMCell(2, 1, bias=False)", (2,)),
    ("nn.GRUCell(2, 2)", (2, 2), (2, 2)),
    ("nn.GRUCell(2, 1, bias=False)", (2,), (1,)),
]
