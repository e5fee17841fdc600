package conformance_test

// conFaults are those of the control connection.
var conFaults = []fault{
	{item: "CON-04", what: "verbs are known in upper case alone", tricks: []*trick{answers("(?-i:noop)", "500 Unknown command.")}},
	{item: "CON-05", what: "parameters are known in upper case alone", tricks: []*trick{answers("(?-i:type a)", "501 Unknown type.")}},
}
