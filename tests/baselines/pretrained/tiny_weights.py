"""Folders of tiny random weights in the formats of the real ones."""

from dataclasses import asdict

TABICL = {
    "num_quantiles": 99,
    "embed_dim": 16,
    "col_num_blocks": 1,
    "col_nhead": 2,
    "col_num_inds": 4,
    "row_num_blocks": 1,
    "row_nhead": 2,
    "row_num_cls": 2,
    "icl_num_blocks": 1,
    "icl_nhead": 2,
    "zero_init": False,
}


def tabicl(folder, *, classes=4, **config):
    """Write a checkpoint of TabICL: a classifier, or a regressor where there are no classes."""
    import torch
    from tabicl._model.tabicl import TabICL

    torch.manual_seed(0)
    config = {**TABICL, "max_classes": classes, **config}
    name = "tabicl-classifier-v2.ckpt" if classes else "tabicl-regressor-v2.ckpt"
    return saved(folder / name, {"config": config, "state_dict": TabICL(**config).state_dict()})


def tabpfn(folder, *, classes=4):
    """Write a checkpoint of TabPFN v2, which names no architecture."""
    import torch
    from tabpfn.architectures import tabpfn_v2

    torch.manual_seed(0)
    config = tabpfn_v2.TabPFNV2Config(max_num_classes=classes, num_buckets=20, emsize=24, nlayers=1, nhead=2)
    state = tabpfn_v2.get_architecture(config).state_dict()
    if not classes:
        state["criterion.borders"] = torch.linspace(-3, 3, 21)
        state["criterion.losses_per_bucket"] = torch.zeros(20)
    name = "tabpfn-v2-classifier.ckpt" if classes else "tabpfn-v2-regressor.ckpt"
    return saved(folder / name, {"config": asdict(config), "state_dict": state})


def saved(path, content):
    """Write what torch.save writes and return the path."""
    import torch

    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save(content, path)
    return path
