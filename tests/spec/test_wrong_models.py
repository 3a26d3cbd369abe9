"""Wrong models: each has its sentence, the setting to look at, and a way out after which nothing is wrong."""

import pytest

from cnn_tui.spec.checks import applied
from cnn_tui.spec.layer_text import from_text
from cnn_tui.spec.layers import Shape
from cnn_tui.spec.model import Model
from cnn_tui.spec.shapes import Problem, first_problem, trace

Case = tuple[Shape, str, str]
"""The input, the layers, the setting that is named."""

MENDED: dict[str, Case] = {
    'Conv2D #2: kernel 5 is larger than its 3x3 input. Use a kernel of 3 or less, or padding "same". MaxPooling2D #1 left only 3x3.': (
        (7, 7, 1),
        "MaxPooling2D(2); Conv2D(8,5)",
        "kernel_size",
    ),
    'Conv2D #1: kernel 9 is larger than its 4x20 input. Use a kernel of 4x9 or less, or padding "same".': (
        (4, 20, 1),
        "Conv2D(8,9)",
        "kernel_size",
    ),
    'Conv2D #1: kernel 3 with dilation 4x4 reaches over 9x9, more than its 6x6 input. Use dilation 1, or padding "same".': (
        (6, 6, 1),
        "Conv2D(8,3,dilation_rate=4)",
        "dilation_rate",
    ),
    'Conv2D #1: kernel 7 is larger than its 6x6 input. Use a kernel of 6 or less, or padding "same".': (
        (6, 6, 1),
        "Conv2D(8,7,dilation_rate=2)",
        "kernel_size",
    ),
    "Conv2D #1: strides 2x2 and dilation 3x3 cannot be combined. Set one of the two to 1.": (
        (20, 20, 1),
        "Conv2D(8,3,strides=2,dilation_rate=3)",
        "dilation_rate",
    ),
    "Conv2D #1: 3 groups do not divide 4 input channels. Use groups 1, 2 or 4.": (
        (8, 8, 4),
        "Conv2D(8,3,groups=3)",
        "groups",
    ),
    "Conv2D #1: 6 groups do not divide 8 filters. Use groups 1 or 2.": ((8, 8, 6), "Conv2D(8,3,groups=6)", "groups"),
    "Conv2D #1: needs an image (height x width x channels) but gets 784 values. Put a Reshape to 28x28x1 before it.": (
        (784,),
        "Conv2D(8,3)",
        "",
    ),
    "Conv2D #1: needs an image (height x width x channels) but gets 12x4. Put a Reshape to 12x4x1 before it.": (
        (12, 4),
        "Conv2D(8,3)",
        "",
    ),
    "Conv2D #1: needs an image (height x width x channels) but gets 4x4x4x2. Put a Reshape to 4x4x8 before it.": (
        (4, 4, 4, 2),
        "Conv2D(8,3)",
        "",
    ),
    'MaxPooling2D #1: pool 3 is larger than its 2x2 input. Use a pool of 2 or less, or padding "same".': (
        (2, 2, 1),
        "MaxPooling2D(3)",
        "pool_size",
    ),
    'AveragePooling2D #1: pool 2 is larger than its 1x9 input. Use a pool of 1x2 or less, or padding "same".': (
        (1, 9, 2),
        "AveragePooling2D(2)",
        "pool_size",
    ),
    'MaxPooling2D #3: pool 3 is larger than its 2x2 input. Use a pool of 2 or less, or padding "same". MaxPooling2D #2 left only 2x2.': (
        (8, 8, 1),
        "Conv2D(4,5); MaxPooling2D(2); MaxPooling2D(3)",
        "pool_size",
    ),
    "MaxPooling2D #1: needs an image (height x width x channels) but gets 784 values. Put a Reshape to 28x28x1 before it.": (
        (784,),
        "MaxPooling2D(2)",
        "",
    ),
    "Reshape #1: target 28x28x3 holds 2,352 values but it gets 784. Use 28x28x1.": (
        (784,),
        "Reshape((28,28,3))",
        "target_shape",
    ),
    "Reshape #1: target 5x-1 does not divide the 784 values it gets. Use a shape of 784 values.": (
        (784,),
        "Reshape((5,-1))",
        "target_shape",
    ),
    "Reshape #1: target -1x-1 leaves more than one size open. Use a shape of 784 values.": (
        (784,),
        "Reshape((-1,-1))",
        "target_shape",
    ),
    "Reshape #1: target 0x784 holds 0 values but it gets 784. Use a shape of 784 values.": (
        (784,),
        "Reshape((0,784))",
        "target_shape",
    ),
    "Reshape #1: target 37 holds 37 values but it gets 36. Use a shape of 36 values.": (
        (12, 3),
        "Reshape((37,))",
        "target_shape",
    ),
    "Dense #1: has 1,000,001,000,000 parameters, more than the 2,147,483,648 parameters there may be. Use units 2,147 or less.": (
        (1000000,),
        "Dense(1_000_000)",
        "units",
    ),
    "Conv2D #1: makes 4,000,000,000 values of one image, more than the 2,147,483,648 values there may be. Use filters 536 or less.": (
        (2000, 2000, 1),
        "Conv2D(1000,1)",
        "filters",
    ),
    "LocallyConnected2D #1: has 55,415,080,000 parameters, more than the 2,147,483,648 parameters there may be. Use filters 387 or less.": (
        (100, 100, 64),
        "LocallyConnected2D(10_000,3)",
        "filters",
    ),
    'Conv1D #1: kernel 5 is larger than its input of 4 steps. Use a kernel of 4 or less, or padding "same".': (
        (4, 2),
        "Conv1D(8,5)",
        "kernel_size",
    ),
    "Conv1D #1: needs a sequence (steps x channels) but gets 32x32x1. Put a Reshape to 1024x1 before it.": (
        (32, 32, 1),
        "Conv1D(8,3)",
        "",
    ),
    "Conv1D #1: needs a sequence (steps x channels) but gets 64 values. Put a Reshape to 64x1 before it.": (
        (64,),
        "Conv1D(8,3)",
        "",
    ),
    'Conv1D #1: kernel 3 with dilation 8 reaches over 17, more than its input of 9 steps. Use dilation 1, or padding "same".': (
        (9, 4),
        "Conv1D(8,3,dilation_rate=8)",
        "dilation_rate",
    ),
    "Conv1D #1: strides 2 and dilation 2 cannot be combined. Set one of the two to 1.": (
        (40, 4),
        'Conv1D(8,3,strides=2,dilation_rate=2,padding="causal")',
        "dilation_rate",
    ),
    "Conv1D #1: 2 groups do not divide 3 input channels. Use groups 1.": ((6, 3), "Conv1D(8,3,groups=2)", "groups"),
    'Conv3D #1: kernel 3 is larger than its 4x4x2 input. Use a kernel of 3x3x2 or less, or padding "same".': (
        (4, 4, 2, 1),
        "Conv3D(8,3)",
        "kernel_size",
    ),
    'MaxPooling3D #3: pool 3 is larger than its 2x2x2 input. Use a pool of 2 or less, or padding "same". MaxPooling3D #2 left only 2x2x2.': (
        (8, 8, 8, 1),
        "MaxPooling3D(2); MaxPooling3D(2); MaxPooling3D(3)",
        "pool_size",
    ),
    'MaxPooling1D #1: pool 4 is larger than its input of 3 steps. Use a pool of 3 or less, or padding "same".': (
        (3, 2),
        "MaxPooling1D(4)",
        "pool_size",
    ),
    'DepthwiseConv2D #1: kernel 7 is larger than its 5x5 input. Use a kernel of 5 or less, or padding "same".': (
        (5, 5, 3),
        "DepthwiseConv2D(7)",
        "kernel_size",
    ),
    "DepthwiseConv2D #1: strides 2x2 and dilation 2x2 cannot be combined. Set one of the two to 1.": (
        (5, 5, 3),
        "DepthwiseConv2D(3,strides=2,dilation_rate=2)",
        "dilation_rate",
    ),
    'DepthwiseConv1D #1: kernel 11 is larger than its input of 10 steps. Use a kernel of 10 or less, or padding "same".': (
        (10, 3),
        "DepthwiseConv1D(11)",
        "kernel_size",
    ),
    'SeparableConv2D #1: kernel 6 is larger than its 5x5 input. Use a kernel of 5 or less, or padding "same".': (
        (5, 5, 3),
        "SeparableConv2D(8,6)",
        "kernel_size",
    ),
    'SeparableConv1D #1: kernel 11 is larger than its input of 10 steps. Use a kernel of 10 or less, or padding "same".': (
        (10, 3),
        "SeparableConv1D(8,11)",
        "kernel_size",
    ),
    "Conv2DTranspose #1: needs an image (height x width x channels) but gets 16 values. Put a Reshape to 4x4x1 before it.": (
        (16,),
        "Conv2DTranspose(8,3)",
        "",
    ),
    "Conv2DTranspose #1: strides 2x2 and dilation 2x2 cannot be combined. Set one of the two to 1.": (
        (8, 8, 1),
        "Conv2DTranspose(8,3,strides=2,dilation_rate=2)",
        "dilation_rate",
    ),
    "Conv2DTranspose #1: output_padding 2x2 does not go with strides 2x2 and kernel 3x3. Leave it to the padding: automatic.": (
        (8, 8, 1),
        "Conv2DTranspose(8,3,strides=2,output_padding=2)",
        "output_padding",
    ),
    "Conv1DTranspose #1: output_padding 0 does not go with strides 2 and kernel 4. Leave it to the padding: automatic.": (
        (8, 4),
        'Conv1DTranspose(8,4,strides=2,padding="same",output_padding=0)',
        "output_padding",
    ),
    "Conv3DTranspose #1: output_padding 5x5x5 does not go with strides 2x2x2 and kernel 3x3x3. Leave it to the padding: automatic.": (
        (4, 4, 4, 1),
        "Conv3DTranspose(8,3,strides=2,output_padding=5)",
        "output_padding",
    ),
    'LocallyConnected2D #1: kernel 9 is larger than its 8x8 input. Use a kernel of 8 or less, or padding "same".': (
        (8, 8, 1),
        "LocallyConnected2D(4,9)",
        "kernel_size",
    ),
    'LocallyConnected1D #1: kernel 9 is larger than its input of 8 steps. Use a kernel of 8 or less, or padding "same".': (
        (8, 1),
        "LocallyConnected1D(4,9)",
        "kernel_size",
    ),
    "Cropping2D #1: cuts everything off its 6x6 input. Cut less.": ((6, 6, 1), "Cropping2D(3)", "cropping"),
    "Cropping1D #1: cuts everything off its input of 2 steps. Cut less.": ((2, 6), "Cropping1D((1,2))", "cropping"),
    "Cropping3D #1: cuts everything off its 4x4x4 input. Cut less.": ((4, 4, 4, 1), "Cropping3D(2)", "cropping"),
    "ZeroPadding2D #1: needs an image (height x width x channels) but gets 36 values. Put a Reshape to 6x6x1 before it.": (
        (36,),
        "ZeroPadding2D(1)",
        "",
    ),
    "UpSampling2D #1: needs an image (height x width x channels) but gets 36 values. Put a Reshape to 6x6x1 before it.": (
        (36,),
        "UpSampling2D(2)",
        "",
    ),
    "UpSampling1D #1: needs a sequence (steps x channels) but gets 5x5x1. Put a Reshape to 25x1 before it.": (
        (5, 5, 1),
        "UpSampling1D(2)",
        "",
    ),
    "GlobalAveragePooling1D #1: needs a sequence (steps x channels) but gets 5x5x2. Put a Reshape to 25x2 before it.": (
        (5, 5, 2),
        "GlobalAveragePooling1D()",
        "",
    ),
    "GlobalMaxPooling2D #1: needs an image (height x width x channels) but gets 64 values. Put a Reshape to 8x8x1 before it.": (
        (64,),
        "GlobalMaxPooling2D()",
        "",
    ),
    "SpatialDropout2D #1: needs an image (height x width x channels) but gets 64 values. Put a Reshape to 8x8x1 before it.": (
        (64,),
        "SpatialDropout2D(0.5)",
        "",
    ),
    "SpatialDropout1D #1: needs a sequence (steps x channels) but gets 8x8x2. Put a Reshape to 64x2 before it.": (
        (8, 8, 2),
        "SpatialDropout1D(0.5)",
        "",
    ),
    "Permute #1: dims 1x2 do not name each of the 3 axes of its 8x8x2 input once. Use an order of 1x2x3.": (
        (8, 8, 2),
        "Permute((1,2))",
        "dims",
    ),
    "Permute #1: dims 1x1x2 do not name each of the 3 axes of its 8x8x2 input once. Use an order of 1x2x3.": (
        (8, 8, 2),
        "Permute((1,1,2))",
        "dims",
    ),
    "Permute #1: dims 2x3 do not name each of the 2 axes of its 8x8 input once. Use an order of 1x2.": (
        (8, 8),
        "Permute((2,3))",
        "dims",
    ),
    "RepeatVector #1: needs a row of values but gets 8x8x2. Put a Flatten before it.": (
        (8, 8, 2),
        "RepeatVector(3)",
        "",
    ),
    "Softmax #1: axis 0 is the batch. Use -1, the channels.": ((8, 8, 2), "Softmax(axis=0)", "axis"),
    "Softmax #1: axis 4 is no axis of its 8x8x2 input. Use -1, the channels.": ((8, 8, 2), "Softmax(axis=4)", "axis"),
    "BatchNormalization #1: axis 0 is the batch. Use -1, the channels.": (
        (8, 8, 2),
        "BatchNormalization(axis=0)",
        "axis",
    ),
    "BatchNormalization #1: axis 3 is no axis of its flat 8-value input. Use -1, the channels.": (
        (8,),
        "BatchNormalization(axis=3)",
        "axis",
    ),
    "LayerNormalization #1: axis names an axis twice. Use -1, the channels.": (
        (8, 8, 2),
        "LayerNormalization(axis=(3,-1))",
        "axis",
    ),
    "LayerNormalization #1: axis 0 is the batch. Use -1, the channels.": (
        (8, 8, 2),
        "LayerNormalization(axis=(0,))",
        "axis",
    ),
    "GroupNormalization #1: 4 groups do not divide 6 channels. Use groups 1, 2, 3 or 6.": (
        (8, 8, 6),
        "GroupNormalization(groups=4)",
        "groups",
    ),
    "GroupNormalization #1: 0 groups hold nothing. Use 1 or more.": (
        (8, 8, 6),
        "GroupNormalization(groups=0)",
        "groups",
    ),
    "PReLU #1: shared_axes 4 name an axis that its 8x8x6 input has not. Use 1x2.": (
        (8, 8, 6),
        "PReLU(shared_axes=(4,))",
        "shared_axes",
    ),
    "Residual #2: joins 2 layers but 1 stands above it. Use 1.": (
        (8, 8, 6),
        'Conv2D(6,3,padding="same"); Residual(2)',
        "layers",
    ),
    "Conv2D #1: kernel_initializer identity needs an array of two sizes; kernel is 3x3x6x6. Use glorot_uniform.": (
        (8, 8, 6),
        'Conv2D(6,3,kernel_initializer="identity")',
        "kernel_initializer",
    ),
    "Conv2D #1: bias_initializer orthogonal needs an array of two sizes or more; bias is 6. Use zeros.": (
        (8, 8, 6),
        'Conv2D(6,3,bias_initializer="orthogonal")',
        "bias_initializer",
    ),
    "Conv2D #1: kernel_regularizer orthogonal_regularizer needs an array of two sizes; kernel is 3x3x6x6. Leave it out.": (
        (8, 8, 6),
        'Conv2D(6,3,kernel_regularizer="orthogonal_regularizer")',
        "kernel_regularizer",
    ),
    "Dense #1: kernel_constraint radial_constraint needs a kernel of four sizes; kernel is 8x6. Leave it out.": (
        (8,),
        'Dense(6,kernel_constraint="radial_constraint")',
        "kernel_constraint",
    ),
    "Dense #1: kernel_constraint max_norm(3, axis=2) has the axis 2, but the array has 2; kernel is 8x6. Leave it out.": (
        (8,),
        "Dense(6,kernel_constraint=MaxNorm(3,axis=2))",
        "kernel_constraint",
    ),
    "Conv2D #1: kernel_constraint max_norm(3, axis=0 0) names an axis twice; kernel is 3x3x6x6. Leave it out.": (
        (8, 8, 6),
        "Conv2D(6,3,kernel_constraint=MaxNorm(3,axis=[0,0]))",
        "kernel_constraint",
    ),
}
"""One remedy is enough."""

LATER: dict[str, Case] = {
    "Conv3D #1: needs a volume (depth x height x width x channels) but gets 28x28x1. Put a Reshape to 28x28x1x1 before it.": (
        (28, 28, 1),
        "Conv3D(8,3)",
        "",
    ),
    "Conv3D #1: needs a volume (depth x height x width x channels) but gets 784 values. Put a Reshape to 28x28x1x1 before it.": (
        (784,),
        "Conv3D(8,3)",
        "",
    ),
}
"""The next layer has something to say then, and after its remedy nothing is wrong."""

TOLD: dict[str, Case] = {
    "Residual #1: joins 3 layers but none stand above it. Put its layers above it.": (
        (8, 8, 6),
        "Residual(3)",
        "layers",
    ),
    'Residual #2: cannot bring the 8x8x6 that went in to the 6x6x6 that came out. Use padding "same" and equal strides in the group, and keep Flatten and Reshape out of it.': (
        (8, 8, 6),
        "Conv2D(6,3); Residual(1)",
        "",
    ),
    'Residual #2: cannot bring the 8x8x6 that went in to the 384 that came out. Use padding "same" and equal strides in the group, and keep Flatten and Reshape out of it.': (
        (8, 8, 6),
        "Flatten(); Residual(1)",
        "",
    ),
    "Conv2D #1: needs an image (height x width x channels) but gets 96 values. Put a Reshape to an image before it.": (
        (96,),
        "Conv2D(8,3)",
        "",
    ),
}
"""What to do is a person's choice."""


def problem_of(case: Case) -> tuple[Model, Problem]:
    shape, text, _ = case
    model = Model(shape, from_text(text))
    problem = first_problem(trace(model))
    assert problem is not None
    return model, problem


@pytest.mark.parametrize(("sentence", "case"), (MENDED | LATER | TOLD).items())
def test_a_wrong_model_has_its_sentence_and_names_the_setting(sentence: str, case: Case):
    _, problem = problem_of(case)
    assert problem.sentence == sentence
    assert problem.field == case[2]


@pytest.mark.parametrize("case", MENDED.values(), ids=MENDED)
def test_its_remedy_makes_it_valid(case: Case):
    model, problem = problem_of(case)
    assert first_problem(trace(applied(model, problem))) is None


@pytest.mark.parametrize("case", LATER.values(), ids=LATER)
def test_remedies_in_turn_make_it_valid(case: Case):
    model, problem = problem_of(case)
    for _ in range(3):
        model = applied(model, problem)
        if (problem := first_problem(trace(model))) is None:
            return
    raise AssertionError(problem.sentence)


@pytest.mark.parametrize("case", TOLD.values(), ids=TOLD)
def test_what_cannot_be_applied_is_advice_in_words(case: Case):
    _, problem = problem_of(case)
    assert not problem.remedy.applies
    assert problem.remedy.text


def test_the_table_is_long_enough_to_be_believed():
    assert len(MENDED) >= 60
