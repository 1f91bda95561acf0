data "scpbilling_prices" "virtual_server" {
  billing_item_id = "VIRTUAL_SERVER"
}

output "prices" {
  description = "Unit prices, each with what it is for, as in the price list."
  value = [
    for price in data.scpbilling_prices.virtual_server.prices : {
      offering    = price.offering
      for         = jsondecode(price.attributes)
      unit        = price.price_unit
      currency    = price.currency_code
      unit_prices = price.prices[*].unit_price
    }
  ]
}
